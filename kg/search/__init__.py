"""Search over names, titles and quoted words: an index beside the store, kept in step with it."""
