package api

import "github.com/igny8/igny8/internal/httpapi"

var integrationWords = map[string]httpapi.Words{
	"list_integrations":  {Description: "All of the account, or those of one site. The application password is never given back."},
	"create_integration": {Description: "Keeps address, user and application password (sealed). Nothing is called: try it with `POST /v1/integration/integrations/{id}/test_connection/`.", Codes: []string{"integration_exists"}},
	"get_integration":    {Description: "One integration, without its password."},
	"test_connection":    {Description: "Signs in at the site and looks at what publishing needs. A site that refuses is no error of this request: `data.success` is false, with `code` and a `message` that says what to change at the site."},
}
