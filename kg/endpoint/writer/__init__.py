"""The writer process of a served store: every load, removal and update goes through it.

One *keeper* owns a socket in the store's folder and starts two kinds of children, which it kills
and replaces: an *engine*, which holds the store's writer lock and commits what arrives together
in one step, and *examiners*, which read what was uploaded. The keeper itself reads no RDF and no
SPARQL, so that no request can end it.
"""
