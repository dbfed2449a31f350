"""The whole job on portals the program serves itself: an invented county and its reports.

Nothing here is about a real place: the hosts end in ``.example``, which no network resolves.
"""
