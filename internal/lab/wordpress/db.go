package wordpress

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Row is one row of WordPress's own database, by column; numbers are texts.
type Row map[string]string

// Query asks WordPress's database directly, past REST and past WordPress's own caches.
func (s *Site) Query(sql string, args ...string) []Row {
	s.t.Helper()
	const program = `$d = new PDO("sqlite:" . $argv[1]); $d->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$d->exec("PRAGMA busy_timeout = 10000"); $q = $d->prepare($argv[2]); $q->execute(array_slice($argv, 3));
echo json_encode(array_map(fn($r) => array_map(fn($v) => (string) $v, $r), $q->fetchAll(PDO::FETCH_ASSOC)));`
	c := exec.Command("php", append([]string{"-r", program, "--", filepath.Join(s.Dir, "db", "wp.sqlite"), sql}, args...)...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		s.t.Fatalf("wordpress lab: query %q: %v\n%s%s", sql, err, out, stderr.String())
	}
	var rows []Row
	if err := json.Unmarshal(out, &rows); err != nil {
		s.t.Fatalf("wordpress lab: query %q: %v\n%s", sql, err, out)
	}
	return rows
}

// Post is a post as WordPress's database holds it.
type Post struct {
	ID      int64
	Author  int64
	Status  string // publish, draft, trash, …
	Title   string
	Slug    string
	Content string // raw
	Excerpt string
}

// Posts are all posts (type "post") whose raw content holds marker, in any status, by id;
// an empty marker gives all. WordPress's own "Hello world!" is among them.
func (s *Site) Posts(marker string) []Post {
	s.t.Helper()
	var out []Post
	for _, r := range s.Query(`SELECT ID, post_author, post_status, post_title, post_name, post_content, post_excerpt
		FROM wp_posts WHERE post_type = 'post' AND post_status <> 'auto-draft' AND instr(post_content, ?) > 0 ORDER BY ID`, marker) {
		out = append(out, Post{ID: number(r["ID"]), Author: number(r["post_author"]), Status: r["post_status"], Title: r["post_title"],
			Slug: r["post_name"], Content: r["post_content"], Excerpt: r["post_excerpt"]})
	}
	return out
}

// CountByStatus counts the posts that Posts gives, by status.
func (s *Site) CountByStatus(marker string) map[string]int {
	s.t.Helper()
	counts := map[string]int{}
	for _, p := range s.Posts(marker) {
		counts[p.Status]++
	}
	return counts
}

// Media is an attachment as WordPress's database holds it.
type Media struct {
	ID      int64
	Slug    string
	Parent  int64 // post that it was uploaded for
	Alt     string
	Caption string
	Type    string // content type
}

// Media are all attachments, by id.
func (s *Site) Media() []Media {
	s.t.Helper()
	var out []Media
	for _, r := range s.Query(`SELECT p.ID, p.post_name, p.post_parent, p.post_excerpt, p.post_mime_type,
		(SELECT meta_value FROM wp_postmeta m WHERE m.post_id = p.ID AND m.meta_key = '_wp_attachment_image_alt') AS alt
		FROM wp_posts p WHERE p.post_type = 'attachment' ORDER BY p.ID`) {
		out = append(out, Media{ID: number(r["ID"]), Slug: r["post_name"], Parent: number(r["post_parent"]), Alt: r["alt"],
			Caption: r["post_excerpt"], Type: r["post_mime_type"]})
	}
	return out
}

// Terms are the names of a post's terms in a taxonomy (category, post_tag), sorted.
func (s *Site) Terms(post int64, taxonomy string) []string {
	s.t.Helper()
	var out []string
	for _, r := range s.Query(`SELECT t.name FROM wp_terms t JOIN wp_term_taxonomy x ON x.term_id = t.term_id
		JOIN wp_term_relationships r ON r.term_taxonomy_id = x.term_taxonomy_id
		WHERE r.object_id = ? AND x.taxonomy = ? ORDER BY t.name`, strconv.FormatInt(post, 10), taxonomy) {
		out = append(out, r["name"])
	}
	return out
}

// Meta is one meta value of a post; empty when it has none.
func (s *Site) Meta(post int64, key string) string {
	s.t.Helper()
	rows := s.Query(`SELECT meta_value FROM wp_postmeta WHERE post_id = ? AND meta_key = ?`, strconv.FormatInt(post, 10), key)
	if len(rows) == 0 {
		return ""
	}
	return rows[0]["meta_value"]
}

// NewUser makes a user of a role (author, contributor, editor, subscriber) and gives an
// application password for it.
func (s *Site) NewUser(name, role string) (user, password string) {
	s.t.Helper()
	s.CLI("user", "create", name, name+"@example.test", "--role="+role, "--user_pass="+name+"-pass", "--porcelain")
	return name, s.CLI("user", "application-password", "create", name, "tests", "--porcelain")
}

// MustUse installs a must-use plugin, PHP code without the opening tag.
func (s *Site) MustUse(name, code string) {
	s.t.Helper()
	path := filepath.Join(s.Dir, "wp-content", "mu-plugins", name+".php")
	if err := os.WriteFile(path, []byte("<?php\n"+code+"\n"), 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { os.Remove(path) })
}

// Log is the text of WordPress's debug.log; empty while nothing was logged.
func (s *Site) Log() string {
	s.t.Helper()
	b, err := os.ReadFile(s.DebugLog)
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

func number(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}
