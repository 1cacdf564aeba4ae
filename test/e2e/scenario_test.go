package e2e_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// outside is the world that the scenario may name to the API.
type outside struct {
	WordPress, User, Password string
	Keywords                  []byte // CSV
	Few                       []byte // a smaller one
	Calls                     func() int
	Posts                     func() int
}

// workspace is what the scenario left on one site.
type workspace struct {
	Site     siteRecord
	Keywords []keywordRecord
	Clusters []clusterRecord
	Ideas    []ideaRecord
	Tasks    []taskRecord
	Contents []contentRecord
	Images   []imageRecord
}

// outcome is all that the scenario saw.
type outcome struct {
	Me          person
	Main        workspace
	Reviewed    workspace // of the site that waits for a person
	ByHand      contentRecord
	SecondCalls int
	SecondPosts int
	Seconds     float64
}

// play is the scenario: from a new person to published posts, by nothing but the API.
func play(t *testing.T, base string, w outside) (o outcome) {
	c := &client{t: t, base: base, http: &http.Client{Timeout: time.Minute}}
	o.Me = signUp(c)
	main := newSite(c, "Brew, Run, Grow", "main.example", w, true)
	begun := time.Now()
	importFile(c, main, w.Keywords)
	completeRun(c, main.ID)
	o.Seconds = time.Since(begun).Seconds()
	o.Main = look(c, main)
	calls, posts := w.Calls(), w.Posts()
	completeRun(c, main.ID)
	o.SecondCalls, o.SecondPosts = w.Calls()-calls, w.Posts()-posts

	small := newSite(c, "By hand", "hand.example", w, false)
	importFile(c, small, w.Few)
	posts = w.Posts()
	completeRun(c, small.ID)
	if n := w.Posts() - posts; n != 0 {
		t.Errorf("a site with a review gate published %d posts by itself", n)
	}
	waiting := list[contentRecord](c, "/v1/writer/content/?status=review&site_id="+small.ID)
	if len(waiting) == 0 {
		t.Fatal("nothing waits in review")
	}
	slices.SortFunc(waiting, func(a, b contentRecord) int { return strings.Compare(a.Title, b.Title) })
	one := "/v1/writer/content/" + waiting[0].ID + "/"
	j := call[job](c, http.MethodPost, one+"publish/", nil, http.StatusAccepted)
	c.follow(j.ID, time.Minute)
	o.ByHand = call[contentRecord](c, http.MethodGet, one, nil, http.StatusOK)
	o.Reviewed = look(c, small)
	return o
}

// signUp registers a new person, signs in, renews the token and asks who it is.
func signUp(c *client) person {
	c.t.Helper()
	if p := call[struct{ Pong bool }](c, http.MethodGet, "/v1/system/ping/", nil, http.StatusOK); !p.Pong {
		c.t.Fatal("no pong")
	}
	c.do(http.MethodGet, "/v1/auth/me/", nil, http.StatusUnauthorized)
	email, password := strings.ToLower(rand.Text())+"@example.test", rand.Text()
	call[session](c, http.MethodPost, "/v1/auth/register/", map[string]string{
		"email": email, "password": password, "password_confirm": password, "first_name": "Ada", "last_name": "Writer",
	}, http.StatusCreated)
	c.do(http.MethodPost, "/v1/auth/login/", map[string]string{"email": email, "password": password + "x"}, http.StatusUnauthorized)
	in := call[session](c, http.MethodPost, "/v1/auth/login/", map[string]string{"email": email, "password": password}, http.StatusOK)
	renewed := call[session](c, http.MethodPost, "/v1/auth/refresh/", map[string]string{"refresh": in.Tokens.Refresh}, http.StatusOK)
	c.access = renewed.Tokens.Access
	me := call[person](c, http.MethodGet, "/v1/auth/me/", nil, http.StatusOK)
	if me.Email != email {
		c.t.Fatalf("signed in as %q, not %q", me.Email, email)
	}
	return me
}

// newSite makes a site in an industry that the API offers and connects it to WordPress.
func newSite(c *client, name, domain string, w outside, auto bool) siteRecord {
	c.t.Helper()
	offered := list[industry](c, "/v1/auth/industries/?page_size=100")
	if len(offered) == 0 || len(offered[0].Sectors) == 0 {
		c.t.Fatal("no industries are offered")
	}
	s := call[siteRecord](c, http.MethodPost, "/v1/auth/sites/", map[string]any{
		"name": name, "domain": domain, "industry": offered[0].Slug, "destination": "wordpress", "auto_publish_enabled": auto,
	}, http.StatusCreated)
	wrong := map[string]string{"site_id": s.ID, "platform": "wordpress", "site_url": w.WordPress, "username": w.User}
	c.do(http.MethodPost, "/v1/integration/integrations/", wrong, http.StatusBadRequest) // no password
	wrong["app_password"] = w.Password
	i := call[struct{ ID string }](c, http.MethodPost, "/v1/integration/integrations/", wrong, http.StatusCreated)
	tried := call[struct {
		Success bool
		Message string
	}](c, http.MethodPost, "/v1/integration/integrations/"+i.ID+"/test_connection/", nil, http.StatusOK)
	if !tried.Success {
		c.t.Fatalf("the connection does not work: %s", tried.Message)
	}
	return s
}

// importFile uploads a file and imports it twice: the second time adds nothing.
func importFile(c *client, s siteRecord, file []byte) {
	c.t.Helper()
	rows := strings.Count(strings.TrimSpace(string(file)), "\n")
	for _, want := range []int{rows, 0} {
		up := call[ticket](c, http.MethodPost, "/v1/system/uploads/", map[string]any{"filename": "keywords.csv", "content_type": "text/csv", "size": len(file)}, http.StatusCreated)
		c.put(up, file)
		j := call[job](c, http.MethodPost, "/v1/planner/keywords/import_keywords/", map[string]string{"site_id": s.ID, "sector_id": s.Sectors[0].ID, "upload_id": up.ID}, http.StatusAccepted)
		if done := c.follow(j.ID, time.Minute); done.Result.New != want || done.Result.Faults != 0 {
			c.t.Fatalf("import: %+v, want %d new keywords", done.Result, want)
		}
	}
}

// completeRun starts a run and follows it to its end. While it goes on, another start is
// refused.
func completeRun(c *client, site string) {
	c.t.Helper()
	r := call[runRecord](c, http.MethodPost, "/v1/automation/run_now/?site_id="+site, nil, http.StatusAccepted)
	for end := time.Now().Add(5 * time.Minute); ; {
		a, h := c.do(http.MethodGet, "/v1/automation/current_run/?site_id="+site, nil, http.StatusOK)
		now := decode[*runRecord](c, "current_run", a.Data)
		if now == nil {
			break
		}
		if now.ID != r.ID || now.Status != "running" {
			c.t.Fatalf("the run is %+v", now)
		}
		if time.Now().After(end) {
			c.t.Fatalf("the run is at stage %d after 5 minutes", now.Stage)
		}
		c.wait(h, 500*time.Millisecond)
	}
	last := list[runRecord](c, "/v1/automation/history/?site_id="+site)[0]
	if last.ID != r.ID || last.Status != "completed" {
		c.t.Fatalf("the run ended as %+v", last)
	}
	logs := call[[]struct{ Kind string }](c, http.MethodGet, fmt.Sprintf("/v1/automation/logs/?site_id=%s&run_id=%s&lines=1000", site, r.ID), nil, http.StatusOK)
	if len(logs) == 0 {
		c.t.Error("the run has no log")
	}
}

// look reads all lists of a site.
func look(c *client, s siteRecord) workspace {
	c.t.Helper()
	q := "/?page_size=100&site_id=" + s.ID
	return workspace{
		Site:     s,
		Keywords: list[keywordRecord](c, "/v1/planner/keywords"+q),
		Clusters: list[clusterRecord](c, "/v1/planner/clusters"+q),
		Ideas:    list[ideaRecord](c, "/v1/planner/ideas"+q),
		Tasks:    list[taskRecord](c, "/v1/writer/tasks"+q),
		Contents: list[contentRecord](c, "/v1/writer/content"+q),
		Images:   list[imageRecord](c, "/v1/writer/images"+q),
	}
}
