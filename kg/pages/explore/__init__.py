"""Pages to look at rather than to ask: network, timeline and positions.

Each shows the answer to a named query, with its fields as a form, and leads to that query.
"""
