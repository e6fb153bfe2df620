# The whole build of chatd. `make help` lists what it does. One file, no recursion into folders: every .c is found by
# wildcard, so a new source or test is never listed anywhere. Output goes to build/FLAVOUR/; ./chatd is the plain one.
#   SAN=address,undefined | thread   a sanitizer flavour, wholly apart from the plain one
#   STATIC=1     link what Debian ships as an archive into the binary
#   WERROR=1     warnings are errors (the default where CI=true is set)
#   V=1          show the commands
#   CIVETWEB_SRC=DIR   an unpacked CivetWeb 1.15 tree instead of fetching Debian's source package

VERSION = 0.1.0
PREFIX ?= /usr/local
HOSTCC ?= cc
CFLAGS ?= -O2 -g
NODE ?= node

comma := ,
FLAVOUR := $(or $(FUZZ:1=fuzz),$(COVERAGE:1=coverage),$(subst $(comma),-,$(SAN)),release)
B := build/$(FLAVOUR)
BIN := $(if $(filter release,$(FLAVOUR)),chatd,$(B)/chatd)
CW := $(or $(CIVETWEB_SRC),build/civetweb/src)

SRC := $(filter-out app/tools/%,$(wildcard app/*.c app/*/*.c db/*.c handlers/*.c handlers/*/*.c))
OBJ := $(SRC:%.c=$(B)/%.o) $(B)/gen/queries.o $(B)/gen/assets.o
LIB := $(B)/libchatd.a
UNIT_HELP := $(patsubst %.c,$(B)/%.o,$(filter-out test/unit/test_%,$(wildcard test/unit/*.c)))
UNIT := $(patsubst test/unit/%.c,$(B)/unit/%,$(wildcard test/unit/test_*.c))
BENCH := $(addprefix $(B)/bench/,load commit scale search)
FUZZERS := $(patsubst test/fuzz/%.c,%,$(wildcard test/fuzz/fuzz_*.c))
SQL := $(wildcard db/sql/*.sql db/migrations/*.sql)
WWW := $(shell find www -name node_modules -prune -o -name '.*' -prune -o -print 2> /dev/null)
OWN := $(wildcard app/*.[ch] app/*/*.[ch] db/*.[ch] handlers/*.[ch] handlers/*/*.[ch] test/*/*.[ch])

# ---- flags ----

MODULES := libcjson sqlite3 libjwt libssl libcrypto inih libpng zlib libcurl libqrencode
PC_CFLAGS := $(shell pkg-config --cflags $(MODULES) 2> /dev/null)
PC_LIBS := $(shell pkg-config --libs $(MODULES) 2> /dev/null)
ifeq ($(PC_LIBS)$(filter-out all,$(MAKECMDGOALS)),)
  $(warning libraries are missing here; `make deps` installs them)
endif
# OpenSSL stays shared even so: Debian's libjwt is, and a process must not hold two copies of it.
ARCHIVES := -lsqlite3 -linih -lpng16 -lz
LIBS := $(if $(STATIC),$(filter-out $(ARCHIVES),$(PC_LIBS)) -Wl$(comma)-Bstatic $(ARCHIVES) -Wl$(comma)-Bdynamic,$(PC_LIBS)) \
        -lm -pthread

WARN := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wformat=2 \
        -Wvla -Wundef -Werror=format-security -Werror=switch $(if $(WERROR)$(filter true,$(CI)),-Werror)
HARDEN := -fstack-protector-strong -fstack-clash-protection -fPIE
ifneq ($(SAN),)
  MODE := -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
else ifneq ($(FUZZ),)
  CC := clang
  MODE := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else ifneq ($(COVERAGE),)
  MODE := --coverage -O0
else
  HARDEN += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
BASE := -std=gnu11 -D_GNU_SOURCE $(CFLAGS) $(HARDEN) $(MODE) -pthread -MMD -MP
INCLUDE := -Iapp -I. -Ibuild/gen -isystem $(CW)/include $(PC_CFLAGS)
OURS := $(BASE) $(WARN) $(INCLUDE) -DCHATD_VERSION='"$(VERSION)"' -include app/base/banned.h $(CPPFLAGS)
# Foreign source: none of our warnings, and not the ones it is known to raise (app/civetweb/README.md).
ENGINE := $(BASE) $(INCLUDE) -isystem $(CW)/src -Wall -Wno-deprecated-declarations -Wno-unused-function \
          -Wno-unused-variable -Wno-unused-but-set-variable $(CPPFLAGS)
LINK := $(MODE) $(LDFLAGS) -pie -Wl,-z,relro,-z,now -Wl,--as-needed

Q := $(if $(V),,@)
say = $(if $(V),,@printf '%-6s %s\n' '$(1)' '$(2)')

# ---- build ----

all: $(BIN) ## build ./chatd (the default)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

# Rewritten only when they change: a new flag or library rebuilds what it touches, nothing else does.
$(B)/compile.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(subst ','\'',$(OURS))' | cmp -s - $@ || echo '$(CC) $(subst ','\'',$(OURS))' > $@
$(B)/link.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(LINK) $(LIBS)' | cmp -s - $@ || echo '$(LINK) $(LIBS)' > $@

$(CW)/src/civetweb.c:
	$(Q)$(if $(CIVETWEB_SRC),echo "CIVETWEB_SRC=$(CIVETWEB_SRC) holds no src/civetweb.c" >&2; exit 1,\
	    sh app/civetweb/fetch.sh build/civetweb)

build/tools/%: app/tools/%.c app/tools/tool.h app/base/banned.h
	$(call say,HOSTCC,$<)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -std=gnu11 -D_GNU_SOURCE -O1 $(WARN) -Iapp -include app/base/banned.h $< -o $@ -lcrypto -lz

build/gen/queries.h: build/tools/sqlgen $(SQL) db/sql db/migrations
	$(call say,GEN,queries.h)
	@mkdir -p $(@D)
	$(Q)build/tools/sqlgen build/gen $(SQL)
build/gen/queries.c: build/gen/queries.h ;

www/node_modules/.emoji/en.json: app/tools/emoji.js www/node_modules/.package-lock.json
	$(call say,GEN,emoji)
	$(Q)$(NODE) $< www/node_modules $(@D)

build/gen/assets.c: build/tools/embed $(WWW) www/node_modules/.emoji/en.json
	$(call say,GEN,assets.c)
	@mkdir -p $(@D)
	$(Q)build/tools/embed $@ www

%/node_modules/.package-lock.json: %/package-lock.json
	$(call say,NPM,$*)
	@command -v npm > /dev/null || { echo 'npm is missing here; `make deps` installs it' >&2; exit 1; }
	$(Q)cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json

$(B)/app/civetweb/engine.o: app/civetweb/engine.c $(CW)/src/civetweb.c $(B)/compile.flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ENGINE) -c $< -o $@
$(B)/gen/%.o: build/gen/%.c $(B)/compile.flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OURS) -c $< -o $@
$(B)/%.o: %.c $(B)/compile.flags | build/gen/queries.h $(CW)/src/civetweb.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OURS) -c $< -o $@

# The same objects for the binary, the unit tests and the fuzz targets. Thin and written anew: two dialects may each
# have an encode.o, and a deleted source must not linger.
$(LIB): $(filter-out $(B)/app/main.o,$(OBJ))
	@rm -f $@
	$(Q)ar qcsT $@ $^
$(BIN): $(B)/app/main.o $(OBJ) $(B)/link.flags
	$(call say,LINK,$@)
	$(Q)$(CC) $(LINK) $(OBJ) $(LIBS) -o $@
$(B)/unit/%: $(B)/test/unit/%.o $(UNIT_HELP) $(LIB) $(B)/link.flags
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LINK) $< $(UNIT_HELP) $(LIB) -lcmocka $(LIBS) -o $@
$(B)/replay/%: $(B)/test/fuzz/%.o $(B)/test/fuzz/replay.o $(LIB) $(B)/link.flags
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LINK) $< $(B)/test/fuzz/replay.o $(LIB) $(LIBS) -o $@
$(B)/fuzz/%: $(B)/test/fuzz/%.o $(LIB) $(B)/link.flags
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(subst fuzzer-no-link,fuzzer,$(LINK)) $< $(LIB) $(LIBS) -o $@
$(BENCH): $(B)/test/bench/hist.o
$(B)/bench/load: $(patsubst %,$(B)/test/bench/%.o,net http ws scene_http scene_sockets scene_stall)
$(B)/bench/scale: $(B)/test/bench/scale_fill.o
$(B)/bench/%: $(B)/test/bench/%.o $(LIB) $(B)/link.flags
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LINK) $(filter %.o,$^) $(LIB) $(LIBS) -o $@

# ---- use ----

PACKAGES := build-essential=cmd:cc libc6-dev=file:/usr/include/stdio.h pkg-config=cmd:pkg-config \
    dpkg-dev=cmd:dpkg-source libcjson-dev=pc:libcjson libsqlite3-dev=pc:sqlite3 libjwt-dev=pc:libjwt \
    libssl-dev=pc:libssl libinih-dev=pc:inih libpng-dev=pc:libpng zlib1g-dev=pc:zlib \
    libcurl4-openssl-dev=pc:libcurl libqrencode-dev=pc:libqrencode nodejs=cmd:node npm=cmd:npm
TEST_PACKAGES := libcmocka-dev=pc:cmocka chromium=cmd:chromium \
    chromium-headless-shell=cmd:chromium-headless-shell sqlite3=cmd:sqlite3 openssl=cmd:openssl curl=cmd:curl \
    coturn=cmd:turnserver libnss3-tools=cmd:certutil iproute2=cmd:ip bsdutils=cmd:script

deps: ## install the packages the build needs, if any is missing
	@sh app/tools/deps.sh $(PACKAGES)
test-deps: deps
	@sh app/tools/deps.sh $(TEST_PACKAGES)

# ThreadSanitizer cannot map its memory where the kernel scatters addresses widely; where that is allowed, it does not.
STEADY = $(if $(filter thread,$(SAN)),$(shell setarch -R true 2> /dev/null && echo setarch -R))

# The libraries may have come just now: a second make sees their flags.
run: deps ## install what is missing, build, start chatd
	@$(MAKE) --no-print-directory all
	./chatd

test: test-deps ## build and run every test; T="unit ws test/api/chat.test.js" picks some
	@$(MAKE) --no-print-directory test-run
test-run: $(BIN) $(UNIT) $(FUZZERS:%=$(B)/replay/%) $(BENCH) \
          $(if $(wildcard test/package-lock.json),test/node_modules/.package-lock.json)
	@CHATD=$(abspath $(BIN)) BUILD=$(B) SAN=$(SAN) $(STEADY) $(NODE) test/run.js $(T)

asan: ## the tests except the browser's under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory SAN=address,undefined T="$(or $(T),unit fuzz api ws)" test
tsan: ## the tests with threads in them under ThreadSanitizer
	@$(MAKE) --no-print-directory SAN=thread T="$(or $(T),unit ws $(wildcard test/api/*send*.test.js))" test
ubsan: ## everything but the browser under UBSan alone
	@$(MAKE) --no-print-directory SAN=undefined T="$(or $(T),unit fuzz api ws)" test

check: ## what must hold before a commit: format, lint, tests, tests under ASan
	@$(MAKE) --no-print-directory format-check
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory asan

FUZZ_SECONDS ?= 30
fuzz: test-deps ## run every fuzz target for FUZZ_SECONDS (30), keeping finds in build/fuzz/found/
	@sh app/tools/deps.sh clang=cmd:clang
	@$(MAKE) --no-print-directory FUZZ=1 fuzz-run
fuzz-run: $(FUZZERS:%=$(B)/fuzz/%)
	@for f in $(FUZZERS:fuzz_%=%); do \
	    mkdir -p $(B)/found/$$f test/fuzz/corpus/$$f && echo "FUZZ   $$f" && \
	    $(B)/fuzz/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
	        -verbosity=0 -artifact_prefix=$(B)/found/crash-$$f- \
	        $$([ -f test/fuzz/$$f.dict ] && echo -dict=test/fuzz/$$f.dict) \
	        $(B)/found/$$f test/fuzz/corpus/$$f || exit 1; \
	done

coverage: ## lines run by the tests, per file
	@find build/coverage -name '*.gcda' -delete 2> /dev/null || true
	@$(MAKE) --no-print-directory COVERAGE=1 T="$(or $(T),unit fuzz api ws)" test; status=$$?; \
	sh test/lint/coverage.sh build/coverage; exit $$status

bench: all $(BENCH) ## load the server and print figures; T="send upload" picks some
	@sh app/tools/deps.sh fortunes=file:/usr/share/games/fortunes/fortunes fortunes-zh=file:/usr/share/games/fortunes/chinese
	@CHATD=$(abspath $(BIN)) BUILD=$(B) $(NODE) test/bench/run.js $(T)

lint: ## layers, lengths, names, migrations, tests that test
	@$(NODE) test/lint/lint.js
migrations-sums: ## enter new migrations into db/migrations/SHA256SUMS (never changes an old line)
	@$(NODE) test/lint/lint.js --add-migrations
tidy: build/gen/queries.h $(CW)/src/civetweb.c ## clang-tidy over our sources
	clang-tidy --quiet $(filter-out app/civetweb/%,$(SRC)) -- $(filter-out -MMD -MP -Werror%,$(OURS))
format: ## clang-format our sources in place
	clang-format -i $(OWN)
format-check: ## fail if clang-format would change anything
	clang-format --dry-run --Werror $(OWN)

install: all ## PREFIX=/usr/local, DESTDIR for packagers
	install -Dm755 $(BIN) $(DESTDIR)$(PREFIX)/bin/chatd
	install -Dm644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/chatd/LICENSE
	for f in $(wildcard README.md chat.conf); do \
	    install -Dm644 $$f $(DESTDIR)$(PREFIX)/share/doc/chatd/$$f || exit 1; done
	for f in $(wildcard app/pkg/*.service); do \
	    install -Dm644 $$f $(DESTDIR)$(PREFIX)/lib/systemd/system/$${f##*/} || exit 1; done
uninstall: ## remove what install put there; data stays
	rm -f $(DESTDIR)$(PREFIX)/bin/chatd $(patsubst app/pkg/%,$(DESTDIR)$(PREFIX)/lib/systemd/system/%,$(wildcard app/pkg/*.service))
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/chatd
dist: ## build/chatd-VERSION.tar.gz of the sources
	@mkdir -p build
	tar --exclude=./build --exclude=./.git --exclude=./chatd --exclude=./chatd-data --exclude=node_modules \
	    --transform='s,^\.,chatd-$(VERSION),' --sort=name --owner=0 --group=0 -czf build/chatd-$(VERSION).tar.gz .
clean: ## remove what was built; the fetched CivetWeb source stays
	rm -rf chatd $(filter-out build/civetweb,$(wildcard build/*))

FORCE:
.PHONY: all help deps test-deps run test test-run asan tsan ubsan check fuzz fuzz-run coverage bench lint \
        migrations-sums tidy format format-check install uninstall dist clean FORCE
.SECONDARY:
.DELETE_ON_ERROR:
-include $(OBJ:.o=.d) $(wildcard $(B)/test/*/*.d)
