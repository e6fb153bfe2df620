/* nearest(longitude, latitude, metres): what R*Tree queries of places are matched with. The index
 * opens its boxes in the order of the scores given here and so yields its rows nearest first, without
 * looking at what lies further than the last one asked for (sqlite.org/rtree.html, section 6). */
#include "base/geo.h"
#include "db/internal.h"

static int score(sqlite3_rtree_query_info *info)
{
    const double *at = info->aParam;
    const sqlite3_rtree_dbl *box = info->aCoord;

    if (info->nParam != 3 || info->nCoord != 4)
        return SQLITE_ERROR;
    info->rScore = geo_distance_to_box_m(at[0], at[1], box[0], box[1], box[2], box[3]);
    info->eWithin = info->rScore <= at[2] ? PARTLY_WITHIN : NOT_WITHIN;
    return SQLITE_OK;
}

int db_add_functions(sqlite3 *sqlite)
{
    return sqlite3_rtree_query_callback(sqlite, "nearest", score, NULL, NULL);
}
