"""The pages for staff: rendered here, usable without JavaScript, in Swedish and English."""
