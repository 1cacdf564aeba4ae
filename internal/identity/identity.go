// Package identity knows who people are: users, accounts, members, passwords and tokens. A
// user is global and has a member item in each account; the Scope that all other packages
// demand is minted here, from a verified token.
package identity

import (
	"net/mail"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

// Status is the state of an account (facts 5.2).
type Status string

// The statuses.
const (
	Active         Status = "active"
	Trial          Status = "trial"
	Suspended      Status = "suspended"
	Cancelled      Status = "cancelled"
	PendingPayment Status = "pending_payment"
)

// Blocked says why an account of this status may not be used, nil when it may: Forbidden
// for a suspended one, Exhausted (code plan_required) for one that has to be paid for.
func (s Status) Blocked() error {
	switch s {
	case Active, Trial:
		return nil
	case Suspended:
		return errs.New(errs.Forbidden, "account_suspended", "the account is suspended: write to the support")
	case PendingPayment:
		return errs.New(errs.Exhausted, "plan_required", "the account waits for its first payment: pay the open invoice")
	default:
		return errs.New(errs.Exhausted, "plan_required", "the account has no active plan: choose one")
	}
}

// Account is a tenant.
type Account struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Slug      string    `json:"slug"`
	Owner     string    `json:"owner"` // the owner's user id
	Status    Status    `json:"status"`
	CreatedAt time.Time `json:"created_at"`
}

// User is a person, as told to clients: Role and Account are those of the session.
type User struct {
	ID        string       `json:"id"`
	Email     string       `json:"email"`
	FirstName string       `json:"first_name"`
	LastName  string       `json:"last_name"`
	Role      account.Role `json:"role"`
	Account   Account      `json:"account"`
	CreatedAt time.Time    `json:"created_at"`
}

// Tokens are what a session works with. Refresh is empty in answers to browsers, which get
// it as a cookie.
type Tokens struct {
	Access           string    `json:"access"`
	Refresh          string    `json:"refresh,omitempty"`
	AccessExpiresAt  time.Time `json:"access_expires_at"`
	RefreshExpiresAt time.Time `json:"refresh_expires_at"`
}

// Session is who signed in, and the tokens to go on with.
type Session struct {
	User   User   `json:"user"`
	Tokens Tokens `json:"tokens"`
}

// Registration is what a person gives to sign up.
type Registration struct {
	Email           string
	Password        string
	PasswordConfirm string
	FirstName       string
	LastName        string
	AccountName     string // made from the name or the e-mail when empty
}

// Lengths of what people type.
const (
	MinPassword = 10
	MaxPassword = 256
	maxName     = 100
	maxEmail    = 254
)

// faults collects messages by field.
type faults map[string][]string

func (f faults) add(field, text string) { f[field] = append(f[field], text) }

func (f faults) err(message string) error {
	if len(f) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Code: "invalid", Message: message, Fields: f}
}

// clean trims what may be trimmed, and tells all that is wrong at once, by field.
func (r Registration) clean() (Registration, error) {
	f := faults{}
	r.Email = foldEmail(r.Email)
	r.FirstName, r.LastName, r.AccountName = strings.TrimSpace(r.FirstName), strings.TrimSpace(r.LastName), strings.TrimSpace(r.AccountName)
	if !validEmail(r.Email) {
		f.add("email", "is not an e-mail address")
	}
	for field, v := range map[string]string{"first_name": r.FirstName, "last_name": r.LastName, "account_name": r.AccountName} {
		if utf8.RuneCountInString(v) > maxName || strings.ContainsFunc(v, unicode.IsControl) {
			f.add(field, "has to be at most 100 characters on one line")
		}
	}
	for _, text := range passwordFaults(r.Password, r.Email) {
		f.add("password", text)
	}
	if r.PasswordConfirm != r.Password {
		f.add("password_confirm", "is not the same as the password")
	}
	if r.AccountName == "" {
		r.AccountName = strings.TrimSpace(r.FirstName + " " + r.LastName)
	}
	if r.AccountName == "" {
		r.AccountName, _, _ = strings.Cut(r.Email, "@")
	}
	return r, f.err("the registration can't be taken: see errors for each field")
}

func foldEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == "" && len(s) <= maxEmail && !strings.ContainsFunc(s, unicode.IsSpace)
}

// common are passwords that everybody tries first, at the length that we ask for.
var common = []string{"password", "passwort", "qwertyuiop", "1234567890", "letmein", "iloveyou", "welcome", "administrator"}

// passwordFaults says what is wrong with a password.
func passwordFaults(password, email string) []string {
	var out []string
	lower := strings.ToLower(password)
	local, _, _ := strings.Cut(email, "@")
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		out = append(out, "has to have at least "+strconv.Itoa(MinPassword)+" characters")
	case len(password) > MaxPassword:
		out = append(out, "has to have at most "+strconv.Itoa(MaxPassword)+" bytes")
	case !utf8.ValidString(password):
		out = append(out, "has to be text")
	}
	if lower != "" && (lower == email || lower == local || strings.Trim(lower, "0123456789!.?") == local) {
		out = append(out, "must not be your e-mail address")
	}
	bare := strings.Trim(lower, "!.?# ")
	for _, c := range common {
		if bare == c || strings.Trim(bare, "0123456789") == c {
			out = append(out, "is one that everybody tries first: choose another")
			break
		}
	}
	if first, _ := utf8.DecodeRuneInString(password); len(password) >= MinPassword && strings.Trim(password, string(first)) == "" {
		out = append(out, "is the same character over and over: choose another")
	}
	return out
}
