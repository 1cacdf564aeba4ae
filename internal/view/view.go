// Package view keeps the views of lists that people save: a name and the list's own address
// (its filters, ordering, columns), which the site's other members find as well.
package view

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/errs"
)

// View is a saved view of one list of a site.
type View struct {
	ID        string    `json:"id"`
	SiteID    string    `json:"site_id"`
	List      string    `json:"list"`  // which list, one of Lists
	Name      string    `json:"name"`  // unique among the list's views
	Query     string    `json:"query"` // as in the list's address: status=new&ordering=-volume
	CreatedBy string    `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	version   int64
}

// Lists are the lists that have views.
func Lists() []string {
	return []string{"keywords", "clusters", "ideas", "tasks", "content", "images"}
}

// Draft is what a person gives; nil fields stay.
type Draft struct {
	List  *string `json:"list,omitempty" enum:"keywords,clusters,ideas,tasks,content,images"`
	Name  *string `json:"name,omitempty"`
	Query *string `json:"query,omitempty" doc:"the list's query, such as status=new&ordering=-volume"`
}

// Bounds of views.
const (
	maxViews = 100 // of a site
	maxName  = 80  // characters
	maxQuery = 1000
)

// apply gives the view with the draft; Invalid by field.
func (d Draft) apply(v View) (View, error) {
	f := map[string][]string{}
	if d.List != nil {
		v.List = *d.List
	}
	if d.Name != nil {
		v.Name = strings.Join(strings.Fields(*d.Name), " ")
	}
	if d.Query != nil {
		v.Query = strings.TrimPrefix(*d.Query, "?")
	}
	if !slices.Contains(Lists(), v.List) {
		f["list"] = []string{"has to be one of: " + strings.Join(Lists(), ", ")}
	}
	if v.Name == "" || utf8.RuneCountInString(v.Name) > maxName || strings.ContainsFunc(v.Name, unicode.IsControl) {
		f["name"] = []string{fmt.Sprintf("has to have 1 to %d characters", maxName)}
	}
	if _, err := url.ParseQuery(v.Query); err != nil || len(v.Query) > maxQuery {
		f["query"] = []string{fmt.Sprintf("has to be the query of the list's address, of at most %d characters", maxQuery)}
	}
	return v, errs.Fields(f)
}
