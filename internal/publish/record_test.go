package publish

import "testing"

// TestStray walks through every reason to leave a draft alone.
func TestStray(t *testing.T) {
	t.Parallel()
	a := Attempt{ContentID: "cnt_1", Nonce: "non_1", Title: "T"}
	ours := Post{ID: "7", Status: "draft", Title: "T", Nonce: "non_1", Ours: true, Bare: true}
	if !a.stray(ours, &Record{ExternalID: "5"}) || !a.stray(ours, &Record{}) {
		t.Error("an untouched draft of the attempt is a stray")
	}
	for name, change := range map[string]func(*Post){
		"the post that we know": func(p *Post) { p.ID = "5" },
		"another nonce":         func(p *Post) { p.Nonce = "non_2" },
		"published":             func(p *Post) { p.Status = "publish" },
		"scheduled":             func(p *Post) { p.Status = "future" },
		"in the trash":          func(p *Post) { p.Status = "trash" },
		"another author":        func(p *Post) { p.Ours = false },
		"with a body":           func(p *Post) { p.Bare = false },
		"edited":                func(p *Post) { p.Edited = true },
		"another title":         func(p *Post) { p.Title = "Mine" },
	} {
		p := ours
		change(&p)
		if a.stray(p, &Record{ExternalID: "5"}) {
			t.Errorf("%s: it would be trashed", name)
		}
	}
}
