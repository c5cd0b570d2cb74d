// Has a script written and asks until it is there: `go generate && go run . http://localhost:3000`.
// `go generate` writes the package scenor from the API's document.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"scenor.example/write/scenor"
)

//go:generate mkdir -p scenor
//go:generate go tool oapi-codegen -config oapi-codegen.yaml ../../docs/openapi.json

func main() {
	origin := "http://localhost:3000"
	if len(os.Args) > 1 {
		origin = os.Args[1]
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := write(ctx, origin); err != nil {
		log.Fatal(err)
	}
}

func write(ctx context.Context, origin string) error {
	token := ""
	signed := func(_ context.Context, request *http.Request) error {
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		return nil
	}
	client, err := scenor.NewClientWithResponses(origin, scenor.WithRequestEditorFn(signed))
	if err != nil {
		return err
	}
	email, password := fmt.Sprintf("go-%s@example.test", rand.Text()), rand.Text()
	account := scenor.PostAuthRegisterJSONRequestBody{Email: email, Password: password}
	registered, err := client.PostAuthRegisterWithResponse(ctx, nil, account)
	if err != nil {
		return err
	}
	switch {
	case registered.JSON201 != nil:
	case registered.JSON202 != nil:
		if _, err := finished(ctx, client, registered.JSON202); err != nil {
			return err
		}
	default:
		return refused(registered.HTTPResponse, registered.Body)
	}
	login, err := client.PostAuthLoginWithResponse(ctx, nil, scenor.PostAuthLoginJSONRequestBody{Email: email, Password: password})
	if err != nil {
		return err
	}
	if login.JSON200 == nil {
		return refused(login.HTTPResponse, login.Body)
	}
	token = login.JSON200.AccessToken

	// The same key after a lost answer never writes, or costs, twice.
	key := rand.Text()
	brief := scenor.PostAiGenerateJSONRequestBody{Brief: "A thermos that keeps tea hot for a day. Order on the site."}
	accepted, err := client.PostAiGenerateWithResponse(ctx, &scenor.PostAiGenerateParams{IdempotencyKey: &key}, brief)
	if err != nil {
		return err
	}
	if accepted.JSON202 == nil {
		return refused(accepted.HTTPResponse, accepted.Body)
	}
	operation, err := finished(ctx, client, accepted.JSON202)
	if err != nil {
		return err
	}
	script, err := client.GetScenariosIdWithResponse(ctx, *operation.Result.ScenarioId, nil)
	if err != nil {
		return err
	}
	if script.JSON200 == nil {
		return refused(script.HTTPResponse, script.Body)
	}
	fmt.Printf("%s: %s, %d scenes\n", operation.Status, script.JSON200.Title, len(script.JSON200.Scenes))
	return nil
}

// finished asks as often as Retry-After says until the operation has ended.
func finished(ctx context.Context, client *scenor.ClientWithResponses, operation *scenor.Operation) (*scenor.Operation, error) {
	for operation.FinishedAt == nil {
		answer, err := client.GetOperationsIdWithResponse(ctx, operation.Id, nil)
		if err != nil {
			return nil, err
		}
		if answer.JSON200 == nil {
			return nil, refused(answer.HTTPResponse, answer.Body)
		}
		operation = answer.JSON200
		seconds, err := strconv.Atoi(answer.HTTPResponse.Header.Get("Retry-After"))
		if err != nil {
			seconds = 2
		}
		if operation.FinishedAt != nil {
			break
		}
		select {
		case <-time.After(time.Duration(seconds) * time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if operation.Status != scenor.OperationStatusSucceeded {
		return nil, fmt.Errorf("%s %s", operation.Id, operation.Status)
	}
	return operation, nil
}

func refused(answer *http.Response, body []byte) error {
	return errors.New(answer.Status + " " + string(body))
}
