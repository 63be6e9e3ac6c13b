// SPDX-License-Identifier: Apache-2.0

package personal

import (
	"slices"
	"strings"
)

// givenNames are frequent given names in several languages, in the order of their bytes. Before another word with a capital letter, one
// of them makes a person's name likely.
var givenNames = strings.Fields(`
	Abdul Adam Ahmed Aisha Alan Albert Alejandro Aleksandr Alex Alexander Alexandra Ali Alice Alicia Amanda Amit Amy Ana Anastasia
	Andrea Andreas Andrew Andrey Andrzej Angela Anita Ann Anna Anne Anthony Antonio Arjun Arthur Barbara Ben Benjamin Betty Brandon
	Brian Bruno Camille Carla Carlos Carol Caroline Catherine Charles Charlotte Chen Chris Christian Christina Christine Christopher
	Claire Clara Claudia Cynthia Dan Daniel Daniela David Deborah Deepak Denis Diana Diego Dmitry Donald Donna Dorothy Edward Elena
	Elizabeth Emily Emma Eric Erik Ethan Eva Fatima Fatou Felix Fernando Francesca Francesco Francisco Frank Gabriel Gary George
	Giovanni Giulia Grace Gregory Hannah Hans Harry Hassan Heather Helen Helena Henry Hiroshi Hugo Ian Ibrahim Igor Irina Isabella
	Ivan Jack Jacob James Jan Jane Janet Jason Javier Jean Jennifer Jessica Joan Johan Johannes John Jonathan Jorge Jose Joseph
	Joshua Juan Judith Julia Julian Julie Justin Karen Karl Katarzyna Katherine Kathleen Kelly Kenji Kenneth Kevin Kimberly Klaus
	Krzysztof Lars Laura Lauren Leila Leon Linda Lisa Louis Louise Lucas Lucia Luigi Luis Magdalena Manuel Marco Margaret Maria
	Marie Mario Mark Markus Marta Martin Martina Mary Matteo Matthew Megan Mehmet Mei Melissa Mia Michael Michel Michelle Miguel
	Mikhail Mohamed Mohammed Monika Muhammad Mustafa Nancy Natalia Natalie Nathan Nicholas Nicolas Nicole Nikolai Nina Noah Olga
	Oliver Olivia Omar Oscar Pablo Pamela Patricia Patrick Paul Paula Pavel Pedro Peter Philip Pierre Piotr Priya Rachel Rafael
	Rahul Raj Ralph Raymond Rebecca Ricardo Richard Robert Roberto Roger Ronald Rosa Russell Ruth Ryan Sakura Samantha Samuel Sandra
	Sanjay Sara Sarah Scott Sean Sebastian Sergei Sergey Sergio Sharon Simon Sofia Sophie Stefan Stephanie Stephen Steven Susan Sven
	Takashi Tatiana Teresa Thomas Tim Timothy Tomasz Tyler Valentina Vera Victor Victoria Vincent Vladimir Walter Wei William
	Wolfgang Xavier Yasmin Yuki Yusuf Zoe`)

// given reports whether a word is a frequent given name.
func given(word string) bool {
	_, ok := slices.BinarySearch(givenNames, word)
	return ok
}
