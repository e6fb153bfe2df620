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
