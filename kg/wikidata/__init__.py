"""What we ask Wikidata, and how we judge its answers; nothing here knows the store, or asks before it is told to."""
