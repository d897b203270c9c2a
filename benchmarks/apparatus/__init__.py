"""What several benchmarks need: a running server, its processes, a client, and hostile queries."""
