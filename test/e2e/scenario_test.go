package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/test/stack"
)

// outcome is all that the scenario saw.
type outcome struct {
	Me          stack.Person
	Main        stack.Workspace
	Reviewed    stack.Workspace // of the site that waits for a person
	ByHand      stack.Content
	SecondCalls int
	SecondPosts int
	Seconds     float64

	client *stack.Client // who it was
}

// play is the scenario: from a new person to published posts, by nothing but the API.
func play(t *testing.T, base string, w stack.Outside) (o outcome) {
	c := stack.Connect(t, base)
	o.client = c
	o.Me = stack.SignUp(c)
	main := stack.NewSite(c, "Brew, Run, Grow", "main.example", w, true)
	begun := time.Now()
	stack.ImportFile(c, main, w.Keywords)
	stack.CompleteRun(c, main.ID)
	o.Seconds = time.Since(begun).Seconds()
	o.Main = stack.Look(c, main)
	calls, posts := w.Calls(), w.Posts()
	stack.CompleteRun(c, main.ID)
	o.SecondCalls, o.SecondPosts = w.Calls()-calls, w.Posts()-posts

	small := stack.NewSite(c, "By hand", "hand.example", w, false)
	stack.ImportFile(c, small, w.Few)
	posts = w.Posts()
	stack.CompleteRun(c, small.ID)
	if n := w.Posts() - posts; n != 0 {
		t.Errorf("a site with a review gate published %d posts by itself", n)
	}
	waiting := stack.List[stack.Content](c, "/v1/writer/content/?status=review&site_id="+small.ID)
	if len(waiting) == 0 {
		t.Fatal("nothing waits in review")
	}
	slices.SortFunc(waiting, func(a, b stack.Content) int { return strings.Compare(a.Title, b.Title) })
	one := "/v1/writer/content/" + waiting[0].ID + "/"
	j := stack.Call[stack.Job](c, http.MethodPost, one+"publish/", nil, http.StatusAccepted)
	c.Follow(j.ID, waits)
	o.ByHand = stack.Call[stack.Content](c, http.MethodGet, one, nil, http.StatusOK)
	o.Reviewed = stack.Look(c, small)
	return o
}
