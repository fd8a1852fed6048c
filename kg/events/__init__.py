"""Event tables: rows that a machine coded, such as those of GDELT, as a layer of their own.

::

    table ─ files ─▶ parts ─ rows ─▶ CodedEvent ─ mapping ─▶ N-Triples ─ loading ─▶ store
                                                                      └ shards  ─▶ files

A coded event has codes and a source, and no words that prove it: so it is none of the facts, and
its graphs stand under ``{base}graph/events/``, one a table file.
"""
