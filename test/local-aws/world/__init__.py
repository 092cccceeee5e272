"""The world of the local AWS layer: Amazon EKS with node groups, on loopback (see README.md)."""
