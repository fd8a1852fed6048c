"""The pipeline: articles are read, mapped, derived from, committed and reported."""
