"""An article that is tried out: its facts are found in a process of its own, and kept nowhere.

The text of a stranger is read by a child process that can open no connection and write no file,
under limits of time and memory, and that ends with the one text it was given. It is forked from a
process that has everything at hand, so that this takes milliseconds.
"""
