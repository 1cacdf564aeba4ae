package api

import "github.com/igny8/igny8/internal/httpapi"

var promptWords = map[string]httpapi.Words{
	"get_prompt":   {Description: "The prompt that holds for the account, the one of the product beside it, and the placeholders that it may hold. Reads only."},
	"reset_prompt": {Description: "Takes the account's own prompt away; jobs that begin from now on use the product's. What was made with it stays, and nothing is bought again. Safe to repeat."},
}
