/** Tests of the project itself: architecture, names, documents, dialogues, conditions. */
package im.martlet.conformance.house;
