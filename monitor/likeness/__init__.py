"""How alike reports are: what each says of its own, found again in another's.

``masking`` takes out what every report must say, names and digits; ``shingles`` measures what is
left; ``passages`` finds the longest passages two reports share; ``sketches`` and ``index`` find
the few reports among very many that are worth comparing.
"""
