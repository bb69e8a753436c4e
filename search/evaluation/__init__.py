"""How well the gallery is searched, against a folder of pictures with known answers."""
