/** Rules about the project itself: architecture, documents, dialogues, conditions. */
package im.martlet.conformance.house;
