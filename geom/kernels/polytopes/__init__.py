"""Volumes of polytopes: `volumes` visits the simplices of a triangulation, `face_sets` finds faces as sets of vertices, `simplices` measures."""
