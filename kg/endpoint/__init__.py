"""The SPARQL endpoint: protocol, negotiation, and the one door to the engine."""
