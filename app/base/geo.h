/* Distances on the globe, a sphere of the earth's mean size, and the numbering of its places. Degrees,
 * metres. */
#ifndef BASE_GEO_H
#define BASE_GEO_H

#include <stdint.h>

double geo_distance_m(double longitude, double latitude, double to_longitude, double to_latitude);
/* To the nearest point of the box, 0 inside it. The box does not cross the date line (west <= east);
 * the way to it may. */
double geo_distance_to_box_m(double longitude, double latitude, double west, double east,
                             double south, double north);

/* The globe is a square of degrees, quartered again and again: level 0 is all of it, a square of level
 * GEO_LEVEL_MAX is a cell, no more than 2 cm wide. Cells are numbered quarter by quarter (Morton order,
 * from 0 on), so those of any square are the numbers from its first on, without a gap. */
#define GEO_LEVEL_MAX 31
struct geo_square {
    int64_t first;
    int level;
};
/* The cell a place is in; longitude within 180 and latitude within 90 either way. */
int64_t geo_cell(double longitude, double latitude);
int64_t geo_square_last(struct geo_square square);
/* Quarter 0 to 3 of a square that is no cell. */
struct geo_square geo_square_quarter(struct geo_square square, int quarter);
/* To the nearest point of the square, 0 inside it. */
double geo_distance_to_square_m(double longitude, double latitude, struct geo_square square);
/* To the middle of the cell. */
double geo_distance_to_cell_m(double longitude, double latitude, int64_t cell);

#endif
