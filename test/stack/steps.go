package stack

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Outside is the world that the scenario may name to the API.
type Outside struct {
	WordPress, User, Password string
	Keywords                  []byte // CSV
	Few                       []byte // a smaller one
	Calls                     func() int
	Posts                     func() int
}

// Workspace is what the scenario left on one site.
type Workspace struct {
	Site     Site
	Keywords []Keyword
	Clusters []Cluster
	Ideas    []Idea
	Tasks    []Task
	Contents []Content
	Images   []Image
}

// SignUp registers a new person, signs in, renews the token and asks who it is.
func SignUp(c *Client) Person {
	c.t.Helper()
	if p := Call[struct{ Pong bool }](c, http.MethodGet, "/v1/system/ping/", nil, http.StatusOK); !p.Pong {
		c.t.Fatal("no pong")
	}
	c.Do(http.MethodGet, "/v1/auth/me/", nil, http.StatusUnauthorized)
	email, password := strings.ToLower(rand.Text())+"@example.test", rand.Text()
	Call[Session](c, http.MethodPost, "/v1/auth/register/", map[string]string{
		"email": email, "password": password, "password_confirm": password, "first_name": "Ada", "last_name": "Writer",
	}, http.StatusCreated)
	c.Do(http.MethodPost, "/v1/auth/login/", map[string]string{"email": email, "password": password + "x"}, http.StatusUnauthorized)
	in := Call[Session](c, http.MethodPost, "/v1/auth/login/", map[string]string{"email": email, "password": password}, http.StatusOK)
	renewed := Call[Session](c, http.MethodPost, "/v1/auth/refresh/", map[string]string{"refresh": in.Tokens.Refresh}, http.StatusOK)
	c.signIn(renewed)
	me := Call[Person](c, http.MethodGet, "/v1/auth/me/", nil, http.StatusOK)
	if me.Email != email {
		c.t.Fatalf("signed in as %q, not %q", me.Email, email)
	}
	return me
}

// NewSite makes a site in an industry that the API offers and connects it to WordPress.
func NewSite(c *Client, name, domain string, w Outside, auto bool) Site {
	c.t.Helper()
	offered := List[Industry](c, "/v1/auth/industries/?page_size=100")
	if len(offered) == 0 || len(offered[0].Sectors) == 0 {
		c.t.Fatal("no industries are offered")
	}
	s := Call[Site](c, http.MethodPost, "/v1/auth/sites/", map[string]any{
		"name": name, "domain": domain, "industry": offered[0].Slug, "destination": "wordpress", "auto_publish_enabled": auto,
	}, http.StatusCreated)
	wrong := map[string]string{"site_id": s.ID, "platform": "wordpress", "site_url": w.WordPress, "username": w.User}
	c.Do(http.MethodPost, "/v1/integration/integrations/", wrong, http.StatusBadRequest) // no password
	wrong["app_password"] = w.Password
	i := Call[struct{ ID string }](c, http.MethodPost, "/v1/integration/integrations/", wrong, http.StatusCreated)
	tried := Call[struct {
		Success bool
		Message string
	}](c, http.MethodPost, "/v1/integration/integrations/"+i.ID+"/test_connection/", nil, http.StatusOK)
	if !tried.Success {
		c.t.Fatalf("the connection does not work: %s", tried.Message)
	}
	return s
}

// ImportFile uploads a file and imports it twice: the second time adds nothing.
func ImportFile(c *Client, s Site, file []byte) {
	c.t.Helper()
	rows := strings.Count(strings.TrimSpace(string(file)), "\n")
	for _, want := range []int{rows, 0} {
		if done := c.Follow(Import(c, s, file), patience); done.Result.New != want || done.Result.Faults != 0 {
			c.t.Fatalf("import: %+v, want %d new keywords", done.Result, want)
		}
	}
}

// Import uploads a file and asks for its import, and gives the job's id.
func Import(c *Client, s Site, file []byte) string {
	c.t.Helper()
	up := Call[Ticket](c, http.MethodPost, "/v1/system/uploads/", map[string]any{"filename": "keywords.csv", "content_type": "text/csv", "size": len(file)}, http.StatusCreated)
	c.put(up, file)
	return Call[Job](c, http.MethodPost, "/v1/planner/keywords/import_keywords/", map[string]string{"site_id": s.ID, "sector_id": s.Sectors[0].ID, "upload_id": up.ID}, http.StatusAccepted).ID
}

// patience is how long a run may take on a machine that has much else to do.
const patience = 10 * time.Minute

// CompleteRun starts a run, follows it to its end, and gives its id. While it goes on,
// another start is refused.
func CompleteRun(c *Client, site string) string {
	c.t.Helper()
	r := Call[Run](c, http.MethodPost, "/v1/automation/run_now/?site_id="+site, nil, http.StatusAccepted)
	for end := time.Now().Add(patience); ; {
		a, h := c.Do(http.MethodGet, "/v1/automation/current_run/?site_id="+site, nil, http.StatusOK)
		now := Decode[*Run](c, "current_run", a.Data)
		if now == nil || now.ID == r.ID && now.Status == "completed" { // it ended while the API looked
			break
		}
		if now.ID != r.ID || now.Status != "running" {
			c.t.Fatalf("the run is %+v", now)
		}
		if time.Now().After(end) {
			c.t.Fatalf("the run is at stage %d after %v", now.Stage, patience)
		}
		c.Wait(h, 500*time.Millisecond)
	}
	last := List[Run](c, "/v1/automation/history/?site_id="+site)[0]
	if last.ID != r.ID || last.Status != "completed" {
		c.t.Fatalf("the run ended as %+v", last)
	}
	if len(Story(c, site, r.ID)) == 0 {
		c.t.Error("the run has no log")
	}
	return r.ID
}

// Story is a run's log.
func Story(c *Client, site, run string) []Event {
	c.t.Helper()
	return Call[[]Event](c, http.MethodGet, fmt.Sprintf("/v1/automation/logs/?site_id=%s&run_id=%s&lines=1000", site, run), nil, http.StatusOK)
}

// Look reads all lists of a site.
func Look(c *Client, s Site) Workspace {
	c.t.Helper()
	q := "/?page_size=100&site_id=" + s.ID
	return Workspace{
		Site:     s,
		Keywords: List[Keyword](c, "/v1/planner/keywords"+q),
		Clusters: List[Cluster](c, "/v1/planner/clusters"+q),
		Ideas:    List[Idea](c, "/v1/planner/ideas"+q),
		Tasks:    List[Task](c, "/v1/writer/tasks"+q),
		Contents: List[Content](c, "/v1/writer/content"+q),
		Images:   List[Image](c, "/v1/writer/images"+q),
	}
}
