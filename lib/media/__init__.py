"""The files of photographs and video: sealing, keys, probing, renditions.

Knows neither the store nor whose pictures they are: it is given keys, ids and names.
"""
