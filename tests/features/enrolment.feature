Feature: Enrolment
  A one-time code makes a data folder a till. What goes wrong is told in one sentence.

  Background:
    Given a head office with a small chain

  Scenario: A wrong code
    When somebody enrols a till with the code 0000-0000
    Then it is refused with "This enrolment code is not valid (any more); ask head office for a new one."
    And the data folder is no till

  Scenario: A code that was used before
    Given till 1 of store S1 is enrolled there
    When somebody enrols another till with the same code
    Then it is refused with "This enrolment code is not valid (any more); ask head office for a new one."

  Scenario: An address where nobody answers
    When somebody enrols a till at an address where nobody answers
    Then it is refused with "The head office cannot be reached."
    And the data folder is no till

  Scenario: Something that is no address
    When somebody enrols a till at office.example
    Then it is refused with "“office.example” is no head office's address; it begins with https://."
    And the data folder is no till

  Scenario: A second enrolment of one folder
    Given till 1 of store S1 is enrolled there
    When somebody enrols the same folder with a new code
    Then it is refused with "This data folder is enrolled already, as till 1 of store S1; nothing was changed."
    And the till can sell

  Scenario: A code for a till that does not exist
    When head office is asked for a code for till 9 of store S1
    Then it is refused with "Store S1 has no till 9; check both and try again."
