"""Worker processes for queries: confined, watched, and killed without harm to anyone else."""
