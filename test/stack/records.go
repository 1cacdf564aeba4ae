package stack

import "fmt"

// The parts of answers that tests look at.
type (
	// Person is who is signed in.
	Person struct {
		ID      string `json:"id"`
		Email   string `json:"email"`
		Account struct {
			ID   string `json:"id"`
			Slug string `json:"slug"`
		} `json:"account"`
	}
	// Session is what signing in gives.
	Session struct {
		User   struct{ Email string } `json:"user"`
		Tokens struct {
			Access  string `json:"access"`
			Refresh string `json:"refresh"`
		} `json:"tokens"`
	}
	// Industry is one that the API offers.
	Industry struct {
		Slug    string `json:"slug"`
		Sectors []struct {
			Slug string `json:"slug"`
		} `json:"sectors"`
	}
	// Site is a site, with its sectors.
	Site struct {
		ID      string `json:"id"`
		Sectors []struct {
			ID string `json:"id"`
		} `json:"sectors"`
	}
	// Ticket is where a file may be uploaded to.
	Ticket struct {
		ID      string            `json:"id"`
		URL     string            `json:"upload_url"`
		Method  string            `json:"method"`
		Headers map[string]string `json:"headers"`
	}
	// Job is a job that a person began.
	Job struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Cause  string `json:"cause"`
		Reason string `json:"reason"`
		Result struct {
			New    int    `json:"new"`
			Faults int    `json:"faults_count"`
			URL    string `json:"url"`
		} `json:"result"`
	}
	// Run is a run of the automation.
	Run struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Error  string `json:"error_message"`
		Stage  int    `json:"current_stage"`
	}
	// Event is a line of a run's log.
	Event struct {
		Kind string `json:"kind"`
		Job  string `json:"job"`
	}
	// Keyword is a keyword.
	Keyword struct {
		ID      int64  `json:"id"`
		Keyword string `json:"keyword"`
		Status  string `json:"status"`
		Cluster string `json:"cluster_id"`
	}
	// Cluster is a cluster.
	Cluster struct {
		ID       string `json:"id"`
		Status   string `json:"status"`
		Keywords int    `json:"keywords_count"`
	}
	// Idea is an idea, with the ids of its keywords.
	Idea struct {
		ID       string `json:"id"`
		Status   string `json:"status"`
		Keywords []struct {
			ID int64 `json:"id"`
		} `json:"keyword_objects"`
	}
	// Task is a task.
	Task struct {
		ID      string `json:"id"`
		Status  string `json:"status"`
		Content string `json:"content"`
	}
	// Content is an article; ExternalID is its number in WordPress.
	Content struct {
		ID          string `json:"id"`
		Title       string `json:"title"`
		Status      string `json:"status"`
		SiteStatus  string `json:"site_status"`
		ExternalID  string `json:"external_id"`
		ExternalURL string `json:"external_url"`
		Words       int    `json:"word_count"`
		HTML        string `json:"content_html"`
	}
	// Image is a picture of an article.
	Image struct {
		ID      string `json:"id"`
		Content string `json:"content"`
		Type    string `json:"image_type"`
		Status  string `json:"status"`
		Alt     string `json:"alt_text"`
		SHA     string `json:"sha256"`
	}
)

// String keeps tokens out of messages.
func (s Session) String() string { return fmt.Sprint(s.User.Email) }
