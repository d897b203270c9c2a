"""Persian as a language: letters, sentences, verb forms, dates. No politics, no RDF."""
