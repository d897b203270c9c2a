"""Extraction to RDF and back: IRIs, triples, the store, the pool of query workers. Knows no Persian."""
