package api

import "github.com/igny8/igny8/internal/httpapi"

var systemWords = map[string]httpapi.Words{
	"start_upload":       {Description: "Send the file with the answer's method and headers to `upload_url` within the time that `expires_at` names, then name the upload's id in the request that reads it."},
	"get_ai_settings":    {Description: "A site's own choice goes before these; where nothing is chosen, the product's do."},
	"update_ai_settings": {Description: "Changes what is sent and leaves the rest."},
	"list_views":         {Description: "Names for the filters of lists, which all members of the account find."},
	"create_view":        {Description: "`query` is the list's own address query: filters, ordering, columns.", Codes: []string{"name_taken", "too_many_views"}},
	"update_view":        {Description: "Replaces name and query of a view.", Codes: []string{"name_taken", "changed_since"}},
	"delete_view":        {Description: "The list itself is not touched."},
	"ping":               {Description: "Needs no sign-in and reads nothing."},
}
