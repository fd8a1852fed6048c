"""What a server tells of itself: its log of requests, its metrics and its health."""
