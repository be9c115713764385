"""`python -m nadir_models batch`: a city of tiles, one task per tile, on Ray.

Every tile is segmented by the same engine as in the page (`nadir segment`), with a halo read from
its neighbours and with the height range of the whole city, so that the mosaic equals one run over
one big raster.
"""
