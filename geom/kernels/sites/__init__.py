"""Power diagrams of sites.

`sites`: the arrays that all of them read; `determinant`: on which side a site lies, always exact, by `expansion` in floats with a bound and by
`residues` where that cannot tell; `triangulation`: the regular triangulation; `carriers`: from it to the regular subdivision; `meeting`: vertices
of the diagram; `descent`: the site of least power at a point.
"""
