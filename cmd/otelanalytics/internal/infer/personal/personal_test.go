// SPDX-License-Identifier: Apache-2.0

package personal_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/personal"
)

func TestByName(t *testing.T) {
	for path, want := range map[string]personal.Kind{
		"email": personal.Email, "customer_email": personal.Email, "billingEmail": personal.Email, "emails": personal.Email, "mail": personal.Email,
		"email_domain": personal.None, "email_verified": personal.None,
		"phone": personal.Phone, "homePhone": personal.Phone, "mobile": personal.Phone,
		"ip": personal.IP, "client_ip": personal.IP, "remoteAddr": personal.IP, "ip_version": personal.None, "zip": personal.None, "tip": personal.None,
		"password": personal.Token, "access_token": personal.Token, "apiKey": personal.Token, "token_count": personal.None, "Authorization": personal.Token,
		"card_number": personal.Card, "iban": personal.IBAN,
		"first_name": personal.Name, "lastName": personal.Name, "user.name": personal.Name, "customers.name": personal.Name, "product.name": personal.None,
		"name": personal.None, "full_name": personal.Name, "repository.full_name": personal.None, "username": personal.Name,
		"player_id": personal.Identity, "player.id": personal.Identity, "device_id": personal.Identity, "id": personal.None, "order_id": personal.None,
		"date_of_birth": personal.Identity, "street": personal.Identity,
		"$ip": personal.IP, "$set.$email": personal.Email, "$device_id": personal.Identity, "$browser": personal.None,
	} {
		if got := personal.ByName(strings.Split(path, ".")); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestByForm(t *testing.T) {
	for _, test := range []struct {
		text string
		want personal.Kind
	}{
		{"", personal.None},
		{"ada@example.com", personal.Email},
		{"write to Ada.Lovelace+x@mail.example.co.uk.", personal.Email},
		{"git@github.com:octo/repo.git", personal.None},
		{"@ada", personal.None},
		{"a@b", personal.None},
		{"+44 20 7946 0958", personal.Phone},
		{"+442079460958", personal.Phone},
		{"(212) 555-0147", personal.Phone},
		{"2125550147", personal.None},
		{"+1", personal.None},
		{"2026-11-27", personal.None},
		{"192.0.2.1", personal.IP},
		{"192.0.2.1:8080", personal.IP},
		{"2001:db8::1", personal.IP},
		{"1.2.3", personal.None},
		{"12:30:00", personal.None},
		{"4111 1111 1111 1111", personal.Card},
		{"4111111111111111", personal.Card},
		{"4111111111111112", personal.None},
		{"1764270900000", personal.None},
		{"GB82WEST12345698765432", personal.IBAN},
		{"GB82WEST12345698765433", personal.None},
		{"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", personal.Token},
		{"Bearer 0123456789", personal.Token},
		{"Bearer", personal.None},
		{"ghp_0123456789abcdefghij", personal.Token},
		{"Alice Jones", personal.Name},
		{"Maria del Carmen", personal.None},
		{"Maria D. Santos", personal.Name},
		{"Blue Shirt", personal.None},
		{"Alice", personal.None},
		{strings.Repeat("x", 1<<20) + " ada@example.com", personal.None},
	} {
		if got := personal.ByForm(test.text); got != test.want {
			t.Errorf("%.60q: %q, want %q", test.text, got, test.want)
		}
	}
}

func TestIsID(t *testing.T) {
	for text, want := range map[string]bool{
		"17": true, "550e8400-e29b-41d4-a716-446655440000": true, "0123456789abcdef": true, "ada@example.com": true, "192.0.2.1": true,
		"total": false, "facade": false, "deadbeef": false, "a1": false,
	} {
		if got := personal.IsID(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// TestOfField: how many values of a form make a field one of the kind.
func TestOfField(t *testing.T) {
	for _, test := range []struct {
		name  string
		kind  personal.Kind
		n, of int64
		want  personal.Kind
	}{
		{"all", personal.IP, 10, 10, personal.IP},
		{"one address in twenty", personal.Email, 5, 100, personal.Email},
		{"fewer", personal.Email, 4, 100, personal.None},
		{"one secret", personal.Token, 1, 1_000_000, personal.Token},
		{"cards by chance", personal.Card, 10, 100, personal.None},
		{"half of them cards", personal.Card, 50, 100, personal.Card},
	} {
		var forms [personal.Kinds]int64
		forms[test.kind] = test.n
		if got := personal.OfField(&forms, test.of); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestGivenNamesAreInOrder: they are searched by halves.
func TestGivenNamesAreInOrder(t *testing.T) {
	if all := personal.GivenNames(); !slices.IsSorted(all) || len(all) < 200 {
		t.Errorf("%d names, in order: %v", len(all), slices.IsSorted(all))
	}
}
