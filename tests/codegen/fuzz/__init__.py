"""Fuzz targets: texts and requests that are bent by chance for a bounded time, and must never end in a crash."""
