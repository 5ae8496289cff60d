"""
What people are shown: plain values derived from one reading, the same for the API and the console.

Here belongs what several parts of a snapshot come to for somebody who looks: which module runs where, what a change
waits for, who ran what since when. No text of a face (that is the face's), no decision (that is the core's), no write.

May import `reconcile` for what the last pass saw, `operations`, `core`; nothing of the web.
"""
