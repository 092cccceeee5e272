/** Tags of node groups and Auto Scaling groups that rotations may change: an operator sets the first, whose value two groups share; a rotation
 *  the second, on what it creates. Policies and rotations read them here. */
export const pairTag = 'eks-greenlight/pair';
export const rotationTag = 'eks-greenlight/rotation';
