package api

import "github.com/igny8/igny8/internal/httpapi"

const sameAs = "Another address of the same operation, for clients of the earlier interface: "

var refreshCodes = []string{"unauthenticated", "token_reused", "account_required"}

var authWords = map[string]httpapi.Words{
	"register":              {Description: "Makes a user with an account of their own, and signs them in. The account begins with free credits. A second request with the same e-mail is refused (`errors.email`), so this can be repeated without harm.", Codes: []string{"email_taken"}},
	"login":                 {Description: "Gives an access token (15 minutes) and a refresh token (7 days). After five wrong passwords in a minute the e-mail has to wait.", Codes: []string{"auth_failed", "account_required"}},
	"refresh":               {Description: "Gives new tokens for a refresh token, which is used up by it. One that is sent a second time ends its session on all devices that share it, as it may have been stolen.", Codes: refreshCodes},
	"refresh_alias":         {Description: sameAs + "`POST /v1/auth/refresh/`.", Codes: refreshCodes},
	"logout":                {Description: "Ends the session that the refresh token is of. Safe to repeat: a token that is not valid any more is no error."},
	"me":                    {Description: "Who the access token speaks for, with role and account."},
	"me_alias":              {Description: sameAs + "`GET /v1/auth/me/`."},
	"change_password":       {Description: "Takes the old password, sets the new one, ends all other sessions of the user, and gives tokens of a new one."},
	"change_password_alias": {Description: sameAs + "`POST /v1/auth/change-password/`."},
	"list_sites":            {Description: "Filters: `industry`, `is_active`. Search looks at name and domain. Order by `name`, `created_at` or `id`."},
	"create_site":           {Description: "Makes a site of an industry with up to five of its sectors. Settings that are left out are the account's, then the product's.", Codes: []string{"slug_taken"}},
	"get_site":              {Description: "A site with its sectors and the settings that hold for it; `settings.own` names those that it has chosen itself."},
	"update_site":           {Description: "Changes what is sent and leaves the rest. Settings may stand in `settings` or beside the name."},
	"list_industries":       {Description: "What a site can be about, each with its sectors. The same for all accounts."},
}
