"""Annual reports that were never published: written from typed data into every form of file.

The demonstration, the tests and the benchmarks share them; what is read back is held against
what was written.
"""
