/* Distances on the globe, a sphere of the earth's mean size. Degrees, metres. */
#ifndef BASE_GEO_H
#define BASE_GEO_H

double geo_distance_m(double longitude, double latitude, double to_longitude, double to_latitude);
/* To the nearest point of the box, 0 inside it. The box does not cross the date line (west <= east);
 * the way to it may. */
double geo_distance_to_box_m(double longitude, double latitude, double west, double east,
                             double south, double north);

#endif
