/* place_cell(longitude, latitude): the number of the cell a place is in, as C has it (base/geo.h). */
#include "base/geo.h"
#include "db/internal.h"

static void place_cell(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count; /* SQLite checked it */
    sqlite3_result_int64(
        context, geo_cell(sqlite3_value_double(arguments[0]), sqlite3_value_double(arguments[1])));
}

int db_add_functions(sqlite3 *sqlite)
{
    return sqlite3_create_function(sqlite, "place_cell", 2,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL,
                                   place_cell, NULL, NULL);
}
