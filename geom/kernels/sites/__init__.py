"""Power diagrams of sites.

`determinant`: on which side a site lies, always exact, with `residues` where floats cannot tell; `triangulation`: the regular triangulation;
`carriers`: from it to the regular subdivision; `meeting`: vertices of the diagram; `descent`: the site of least power at a point.
"""
