"""Measuring an extraction against gold: precision, recall and F per kind of fact."""
