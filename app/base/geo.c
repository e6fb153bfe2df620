/* See geo.h. */
#include "base/geo.h"

#include <math.h>
#include <stdbool.h>

#define EARTH_M 6372797.560856

static double radians(double degrees)
{
    return degrees * M_PI / 180;
}

double geo_distance_m(double longitude, double latitude, double to_longitude, double to_latitude)
{
    double u = sin((radians(to_latitude) - radians(latitude)) / 2);
    double v = sin((radians(to_longitude) - radians(longitude)) / 2);

    return 2 * EARTH_M *
           asin(fmin(1, sqrt(u * u + cos(radians(latitude)) * cos(radians(to_latitude)) * v * v)));
}

/* Degrees between two meridians, the shorter way round. */
static double apart(double a, double b)
{
    double d = fabs(a - b);

    return d > 180 ? 360 - d : d;
}

/* On every parallel the nearest point of the box is on the meridian nearest by, so only that side of
 * it is looked at. Along it the distance falls up to one latitude and rises from there on. */
double geo_distance_to_box_m(double longitude, double latitude, double west, double east,
                             double south, double north)
{
    bool is_beside = longitude < west || longitude > east;
    double d = is_beside ? fmin(apart(longitude, west), apart(longitude, east)) : 0;
    double lat = radians(latitude);
    double best = atan2(sin(lat), cos(lat) * cos(radians(d))) * 180 / M_PI;

    if (best >= south && best <= north)
        return geo_distance_m(0, latitude, d, best);
    return fmin(geo_distance_m(0, latitude, d, south), geo_distance_m(0, latitude, d, north));
}

/* ---- cells ---- */

#define AXIS_CELLS                                                                                 \
    (INT64_C(1) << GEO_LEVEL_MAX) /* so many from west to east, and from south to north */

/* How far value is on the way from `from` over span degrees, in cells. */
static uint64_t step_of(double value, double from, double span)
{
    double step = (value - from) / span * (double)AXIS_CELLS;

    return step < 0 ? 0 : step >= (double)AXIS_CELLS ? AXIS_CELLS - 1 : (uint64_t)step;
}

/* Bit i of value becomes bit 2 * i. */
static uint64_t spread(uint64_t value)
{
    value = (value | value << 16) & UINT64_C(0x0000ffff0000ffff);
    value = (value | value << 8) & UINT64_C(0x00ff00ff00ff00ff);
    value = (value | value << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    value = (value | value << 2) & UINT64_C(0x3333333333333333);
    return (value | value << 1) & UINT64_C(0x5555555555555555);
}

/* The way back; odd bits are left out. */
static uint64_t gather(uint64_t value)
{
    value &= UINT64_C(0x5555555555555555);
    value = (value | value >> 1) & UINT64_C(0x3333333333333333);
    value = (value | value >> 2) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    value = (value | value >> 4) & UINT64_C(0x00ff00ff00ff00ff);
    value = (value | value >> 8) & UINT64_C(0x0000ffff0000ffff);
    return (value | value >> 16) & UINT64_C(0x00000000ffffffff);
}

int64_t geo_cell(double longitude, double latitude)
{
    return (int64_t)(spread(step_of(longitude, -180, 360)) << 1 |
                     spread(step_of(latitude, -90, 180)));
}

static int64_t square_cells(struct geo_square square)
{
    return INT64_C(1) << 2 * (GEO_LEVEL_MAX - square.level);
}

int64_t geo_square_last(struct geo_square square)
{
    return square.first + square_cells(square) - 1;
}

struct geo_square geo_square_quarter(struct geo_square square, int quarter)
{
    return (struct geo_square){ square.first + square_cells(square) / 4 * quarter,
                                square.level + 1 };
}

static double west_of(int64_t cell)
{
    return (double)gather((uint64_t)cell >> 1) / (double)AXIS_CELLS * 360 - 180;
}

static double south_of(int64_t cell)
{
    return (double)gather((uint64_t)cell) / (double)AXIS_CELLS * 180 - 90;
}

double geo_distance_to_square_m(double longitude, double latitude, struct geo_square square)
{
    double west = west_of(square.first), south = south_of(square.first);
    double width = ldexp(360, -square.level);

    return geo_distance_to_box_m(longitude, latitude, west, west + width, south, south + width / 2);
}

double geo_distance_to_cell_m(double longitude, double latitude, int64_t cell)
{
    double half = ldexp(180, -GEO_LEVEL_MAX);

    return geo_distance_m(longitude, latitude, west_of(cell) + half, south_of(cell) + half / 2);
}
