package rights

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/igny8/igny8/internal/lab/aws/proxy"
)

// Recorder writes down which rights calls ask for, by the key that signed them. It is safe for
// use by several goroutines.
type Recorder struct {
	mu      sync.Mutex
	seen    map[signed]int
	unknown map[string]int
	refused map[string]int
}

type signed struct {
	key string
	act
}

// Watch gives a recorder of the calls that pass these proxies from now on.
func Watch(all ...*proxy.Proxy) *Recorder {
	r := &Recorder{seen: map[signed]int{}, unknown: map[string]int{}, refused: map[string]int{}}
	for _, p := range all {
		p.Watch(r.see)
	}
	return r
}

func (r *Recorder) see(c proxy.Call) {
	key := signer(c)
	found, known := acts(c)
	r.mu.Lock()
	defer r.mu.Unlock()
	if !known {
		r.unknown[c.Service+" "+c.Action+" by "+key]++
	}
	if c.Status >= 400 && bytes.Contains(c.Answer, []byte("AccessDenied")) {
		r.refused[c.Service+" "+c.Action+": "+string(c.Answer)]++
	}
	for _, a := range found {
		r.seen[signed{key, a}]++
	}
}

var credential = regexp.MustCompile(`Credential=([^/]+)/`)

// signer is the access key that a call is signed with, in its head or, of an address that a
// function gave away, in its query.
func signer(c proxy.Call) string {
	if m := credential.FindStringSubmatch(c.Request.Header.Get("Authorization")); m != nil {
		return m[1]
	}
	key, _, _ := strings.Cut(c.Request.URL.Query().Get("X-Amz-Credential"), "/")
	return key
}

// Grants are the rights that were asked for, and what is wrong with the calls: an operation that
// operations.tsv does not have, a key that is nobody's, a thing that is none of the stack's, a
// refusal. who gives the names of functions by their keys.
func (r *Recorder) Grants(who map[string]string, s Stack) (Set, []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out, faults := Set{}, []string{}
	for what := range r.unknown {
		faults = append(faults, "operations.tsv does not have "+what)
	}
	for what := range r.refused {
		faults = append(faults, "refused: "+what)
	}
	for x := range r.seen {
		name, on := who[x.key], s.Named(x.kind, x.name)
		switch {
		case name == "":
			faults = append(faults, x.action+" on "+x.name+" by the key "+x.key+", which is nobody's")
		case on == "":
			faults = append(faults, name+": "+x.action+" on "+x.name+", which is not the stack's")
		default:
			out[Grant{name, x.action, on}] = true
		}
	}
	return out, faults
}

// Stack is a deployed stack, by its outputs.
type Stack struct {
	Name    string
	Outputs map[string]string
}

// Named is the name of a thing in grants, whatever the stack; "" when it is not the stack's.
func (s Stack) Named(kind, name string) string {
	of := func(output string) bool { return s.Outputs[output] != "" && name == s.Outputs[output] }
	switch kind {
	case "table":
		table, index, ok := strings.Cut(name, "/")
		switch {
		case table != s.Outputs["TableName"]:
		case ok:
			return "table/" + index
		default:
			return "table"
		}
	case "bucket":
		if of("BucketName") {
			return "files"
		}
	case "object":
		if strings.HasPrefix(name, s.Outputs["BucketName"]+"/A/") {
			return "files/A/*"
		}
		if strings.HasPrefix(name, s.Outputs["BucketName"]+"/T/") {
			return "files/T/*"
		}
	case "queue":
		if _, queue, ok := strings.Cut(name, "/"+s.Name+"-"); ok {
			return "queue/" + queue
		}
	case "machine":
		if of("StateMachineArn") {
			return "machine"
		}
	case "execution":
		if strings.HasPrefix(name, strings.Replace(s.Outputs["StateMachineArn"], ":stateMachine:", ":execution:", 1)+":") {
			return "machine/executions"
		}
	case "key":
		if of("SealKeyArn") {
			return "key"
		}
	case "parameter":
		if p, ok := strings.CutPrefix(name, "/igny8/"+s.Name+"/"); ok {
			return "parameter/" + p
		}
	case "token":
		return "*"
	}
	return ""
}
