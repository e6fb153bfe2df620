/* Turns the queries of db/sql and the migrations of db/migrations into queries.h and queries.c: SQL is written as SQL, and a
 * query is named by an enum. Usage: sqlgen OUTPUT_DIR FILE.sql... A file whose name starts with a digit is a migration
 * (NNNN_name.sql), any other holds queries, each under a line "-- name: user_by_id". Further comment lines are dropped. */
#include <ctype.h>

#include "tools/tool.h"

struct query {
    char *name;
    char *text;
    const char *file;
    int line;
};

struct migration {
    int number;
    char *name;
    char *text;
};

static struct query *queries;
static size_t query_count;
static struct migration *migrations;
static size_t migration_count;

static const char NAME_MARK[] = "-- name:";

static const char *skip_space(const char *p)
{
    while (isspace((unsigned char)*p))
        p++;
    return p;
}

static const char *skip_comments(const char *p)
{
    for (p = skip_space(p); strncmp(p, "--", 2) == 0; p = skip_space(p))
        p += strcspn(p, "\n");
    return p;
}

/* Only the first statement of a text is ever prepared: more than one is a mistake. */
static int is_single_statement(const char *p)
{
    for (p = skip_comments(p); *p != ';' && *p != '\0'; p = skip_comments(p)) {
        if (*p == '\'' || *p == '"')
            p = strchr(p + 1, *p);
        if (p == NULL)
            return 0;
        p++;
    }
    return *p == '\0' || *skip_comments(p + 1) == '\0';
}

static void check_query(const struct query *q)
{
    if (*skip_space(q->text) == '\0')
        die("%s:%d: query %s is empty", q->file, q->line, q->name);
    if (!is_single_statement(q->text))
        die("%s:%d: query %s holds more than one statement, or an open quote", q->file, q->line,
            q->name);
    for (size_t i = 0; i + 1 < query_count; i++)
        if (strcmp(queries[i].name, q->name) == 0)
            die("%s:%d: query %s exists already in %s:%d", q->file, q->line, q->name,
                queries[i].file, queries[i].line);
}

static void begin_query(const char *file, int line, const char *name)
{
    size_t len;

    name = skip_space(name);
    len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (len == 0 || *skip_space(name + len) != '\0')
        die("%s:%d: a query name is made of a-z, 0-9 and _", file, line);
    queries = grow(queries, (query_count + 1) * sizeof *queries);
    queries[query_count++] = (struct query){ strndup(name, len), strdup(""), file, line };
}

static void add_line(struct query *q, const char *line)
{
    size_t old = strlen(q->text), len = strlen(line);

    q->text = grow(q->text, old + len + 2);
    memcpy(q->text + old, line, len);
    memcpy(q->text + old + len, "\n", 2);
}

static void read_queries(const char *file)
{
    size_t len;
    char *rest = read_file(file, &len), *line;
    size_t first = query_count;

    for (int number = 1; (line = strsep(&rest, "\n")) != NULL; number++) {
        if (strncmp(line, NAME_MARK, strlen(NAME_MARK)) == 0) {
            if (query_count > first)
                check_query(&queries[query_count - 1]);
            begin_query(file, number, line + strlen(NAME_MARK));
        } else if (*skip_space(line) == '\0' || strncmp(skip_space(line), "--", 2) == 0) {
            continue;
        } else if (query_count == first) {
            die("%s:%d: SQL before the first \"%s\" line", file, number, NAME_MARK);
        } else {
            add_line(&queries[query_count - 1], line);
        }
    }
    if (query_count > first)
        check_query(&queries[query_count - 1]);
}

static void read_migration(const char *file, const char *base)
{
    size_t digits = strspn(base, "0123456789"), len;
    const char *dot = strrchr(base, '.');
    struct migration m;

    if (digits != 4 || base[4] != '_' || dot == NULL || dot == base + 5)
        die("%s: a migration is named NNNN_name.sql", file);
    m.number = (int)strtol(base, NULL, 10);
    m.name = strndup(base + 5, (size_t)(dot - base) - 5);
    m.text = read_file(file, &len);
    if (*skip_space(m.text) == '\0')
        die("%s: is empty", file);
    migrations = grow(migrations, (migration_count + 1) * sizeof *migrations);
    migrations[migration_count++] = m;
}

static int by_number(const void *a, const void *b)
{
    return ((const struct migration *)a)->number - ((const struct migration *)b)->number;
}

static void check_migrations(void)
{
    if (migration_count == 0)
        return;
    qsort(migrations, migration_count, sizeof *migrations, by_number);
    for (size_t i = 0; i < migration_count; i++)
        if (migrations[i].number != (int)i + 1)
            die("migrations: expected number %04d, found %04d_%s", (int)i + 1, migrations[i].number,
                migrations[i].name);
}

static FILE *open_output(const char *dir, const char *name, char **path_r)
{
    FILE *out;

    if (asprintf(path_r, "%s/%s", dir, name) < 0)
        die("out of memory");
    out = fopen(*path_r, "w");
    if (out == NULL)
        die("%s: cannot be written", *path_r);
    return out;
}

static void write_header(const char *dir)
{
    char *path;
    FILE *out = open_output(dir, "queries.h", &path);

    fputs("/* Written by app/tools/sqlgen.c from db/sql and db/migrations. */\n"
          "#ifndef QUERIES_H\n#define QUERIES_H\n\n#include <stddef.h>\n\nenum query {\n",
          out);
    for (size_t i = 0; i < query_count; i++) {
        fputs("    Q_", out);
        for (const char *p = queries[i].name; *p != '\0'; p++)
            fputc(toupper((unsigned char)*p), out);
        fputs(",\n", out);
    }
    fputs("    Q_COUNT\n};\n\n"
          "extern const char *const query_text[];\n"
          "extern const char *const query_name[];\n\n"
          "struct migration {\n    int number;\n    const char *name;\n    const char *sql;\n};\n\n"
          "extern const struct migration migrations[];\n"
          "extern const size_t migration_count;\n\n#endif\n",
          out);
    close_output(out, path);
}

static void write_source(const char *dir)
{
    char *path;
    FILE *out = open_output(dir, "queries.c", &path);

    fputs("/* Written by app/tools/sqlgen.c from db/sql and db/migrations. */\n#include "
          "\"queries.h\"\n\n"
          "const char *const query_text[] = {\n",
          out);
    for (size_t i = 0; i < query_count; i++) {
        fputs("    ", out);
        write_literal(out, queries[i].text, strlen(queries[i].text));
        fputs(",\n", out);
    }
    fputs("    0\n};\n\nconst char *const query_name[] = {\n", out);
    for (size_t i = 0; i < query_count; i++)
        fprintf(out, "    \"%s\",\n", queries[i].name);
    fputs("    0\n};\n\nconst struct migration migrations[] = {\n", out);
    for (size_t i = 0; i < migration_count; i++) {
        fprintf(out, "    { %d, \"%s\",\n    ", migrations[i].number, migrations[i].name);
        write_literal(out, migrations[i].text, strlen(migrations[i].text));
        fputs(" },\n", out);
    }
    fprintf(out, "    { 0, 0, 0 }\n};\nconst size_t migration_count = %zu;\n", migration_count);
    close_output(out, path);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        die("usage: sqlgen OUTPUT_DIR FILE.sql...");
    for (int i = 2; i < argc; i++) {
        const char *slash = strrchr(argv[i], '/');
        const char *base = slash == NULL ? argv[i] : slash + 1;

        if (isdigit((unsigned char)*base))
            read_migration(argv[i], base);
        else
            read_queries(argv[i]);
    }
    check_migrations();
    write_header(argv[1]);
    write_source(argv[1]);
    return 0;
}
