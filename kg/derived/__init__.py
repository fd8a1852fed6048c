"""What is derived from the articles' graphs: entities, and links between reports.

All of it is a pure function of what is loaded, so the order of loading never shows.
"""
